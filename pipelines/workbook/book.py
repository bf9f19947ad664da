"""The workbook being written, with the one thing of the library that is done otherwise."""

from pathlib import Path
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet


class Sheet(Worksheet):  # type: ignore[misc] # the library has no types
    """A sheet whose formulas are written as they are.

    The library looks through every formula for some thirty functions that are newer than Excel
    2007; ours use none, and there are thousands of them.
    """

    def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:  # noqa: FBT001, FBT002
        del expand_future_functions
        return formula.removeprefix("=")


class Book(Workbook):  # type: ignore[misc]
    """A workbook of such sheets."""

    def __init__(self, path: Path) -> None:
        super().__init__(str(path), {"default_date_format": "yyyy-mm-dd", "in_memory": True})

    def add_worksheet(self, name: str | None = None, worksheet_class: Any = Sheet) -> Any:
        """Add a sheet."""
        return super().add_worksheet(name, worksheet_class)
