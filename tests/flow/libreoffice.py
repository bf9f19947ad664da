"""LibreOffice as the program that computes: it opens a workbook, trusts no stored result, saves."""

import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from python_calamine import CalamineWorkbook

from tests.programs import office

RECALCULATE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item></oor:items>
"""


def recalculated(folder: Path, paths: Sequence[Path]) -> list[Path]:
    """The same workbooks, computed anew, in a folder beside them."""
    program = office()
    profile = folder / "profile" / "user" / "registrymodifications.xcu"
    profile.parent.mkdir(parents=True, exist_ok=True)
    profile.write_text(RECALCULATE)
    own = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = [program, own, "--headless", "--convert-to", "xlsx", "--outdir", str(folder / "out")]
    subprocess.run(  # noqa: S603
        [*command, *(str(path) for path in paths)],
        cwd=folder,
        check=True,
        capture_output=True,
        timeout=600,
    )
    return [folder / "out" / path.name for path in paths]


def grid(path: Path, sheet: str) -> list[list[Any]]:
    """The values of a sheet from A1 on."""
    return _grid(CalamineWorkbook.from_path(path), sheet)


def grids(path: Path) -> dict[str, list[list[Any]]]:
    """The values of every sheet; the workbook is opened once."""
    book = CalamineWorkbook.from_path(path)
    return {sheet: _grid(book, sheet) for sheet in book.sheet_names}


def _grid(book: CalamineWorkbook, sheet: str) -> list[list[Any]]:
    found: list[list[Any]] = book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
    return found
