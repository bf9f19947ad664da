"""Another office program: a workbook saved again by LibreOffice."""

import subprocess

from tests.programs import office


def saved_by_libreoffice(path, folder, form="xlsx:Calc MS Excel 2007 XML"):
    """The file as LibreOffice writes it, under the same name in `folder`."""
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
            str(path),
        ],
        check=True,
        capture_output=True,
    )
    return next(folder.glob(f"{path.stem}.*"))
