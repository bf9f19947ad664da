"""Another office program: a workbook saved again by LibreOffice."""

import os
import shutil
import subprocess

import pytest


def saved_by_libreoffice(path, folder, form="xlsx:Calc MS Excel 2007 XML"):
    """The file as LibreOffice writes it, under the same name in `folder`."""
    program = shutil.which("soffice")
    if program is None:
        if os.environ.get("CI"):
            pytest.fail("LibreOffice (soffice) is missing")
        pytest.skip("LibreOffice (soffice) is missing")
    folder.mkdir(parents=True, exist_ok=True)
    subprocess.run(  # noqa: S603 our own files
        [
            program,
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
