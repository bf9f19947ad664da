"""Another office program: a workbook saved again by LibreOffice."""

import subprocess

from tests.programs import office

XLSX = "xlsx:Calc MS Excel 2007 XML"


def saved_by_libreoffice(path, folder, form=XLSX):
    """The file as LibreOffice writes it, under the same name in `folder`."""
    return all_saved_by_libreoffice([path], folder, form)[0]


def all_saved_by_libreoffice(paths, folder, form):
    """The same of many files: starting the program is most of what it costs."""
    folder.mkdir(parents=True, exist_ok=True)
    subprocess.run(  # noqa: S603 our own files
        [
            office(),
            f"-env:UserInstallation=file://{folder / 'profile'}",
            "--headless",
            "--convert-to",
            form,
            "--outdir",
            str(folder),
            *map(str, paths),
        ],
        check=True,
        capture_output=True,
    )
    return [next(folder.glob(f"{path.stem}.*")) for path in paths]
