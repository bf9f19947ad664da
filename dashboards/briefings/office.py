"""PDF by LibreOffice, where it is installed. Its time and its random name are taken out."""

import shutil
import subprocess
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from dashboards.briefings.frozen import frozen_pdf

PROGRAM = "soffice"
SECONDS = 240


class NoOfficeError(Exception):
    """There is no LibreOffice here."""


def pdfs(paths: Sequence[Path], at: datetime) -> list[Path]:
    """Write a PDF beside each file that this LibreOffice can open; return what was written.

    A server often has the part for texts and not the one for slides.

    Raises:
        NoOfficeError: LibreOffice is missing.
    """
    program = shutil.which(PROGRAM)
    if program is None:
        raise NoOfficeError
    with TemporaryDirectory() as own:
        profile = f"-env:UserInstallation={Path(own).as_uri()}"
        command = [program, profile, "--headless", "--convert-to"]
        for ending in sorted({path.suffix for path in paths}):
            alike = [str(path) for path in paths if path.suffix == ending]
            with suppress(subprocess.SubprocessError):
                told = [*command, "pdf", "--outdir", own, *alike]
                subprocess.run(told, capture_output=True, timeout=SECONDS)  # noqa: PLW1510, S603 what it made is looked at
        return [
            _taken(made, path, at)
            for path in paths
            if (made := Path(own) / f"{path.stem}.pdf").is_file()
        ]


def _taken(made: Path, path: Path, at: datetime) -> Path:
    target = path.with_suffix(".pdf")
    target.write_bytes(frozen_pdf(made.read_bytes(), at))
    return target
