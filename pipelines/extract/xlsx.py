"""xlsx and xlsm: values from calamine, the rest from the package; macros are never looked at."""

from collections.abc import Collection, Mapping
from io import BytesIO

from python_calamine import CalamineWorkbook

from pipelines.extract.book import Book, Grid, Oddity, UnreadableError
from pipelines.extract.package import Package


class XlsxBook(Book):
    """An Office Open XML workbook, transitional or strict."""

    def __init__(self, data: bytes) -> None:
        super().__init__()
        self._package = Package(data)
        found = self._package.sheets()
        self._parts = {name: part for name, part, _ in found}
        self.sheets = [name for name, _, _ in found]
        refuse_twins(self.sheets)
        self.hidden = {name for name, _, is_hidden in found if is_hidden}
        self.names = {
            name: spot for name, spot in self._package.names().items() if spot[0] in self._parts
        }
        self.is_1904 = self._package.is_1904
        # By content: from a path, the value reader would believe the extension.
        self._values = CalamineWorkbook.from_filelike(BytesIO(data))

    def _read_grid(self, sheet: str) -> Grid:
        # No program writes a cell twice, and which of the two counts is the reader's whim.
        if twin := self._package.repeated(self._parts[sheet]):
            raise UnreadableError("twin_cells", f"{sheet}!{twin}")
        found: Grid = self._values.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
        return found

    def _read_odd(self, sheet: str) -> Mapping[tuple[int, int], Oddity]:
        return self._package.oddities(self._parts[sheet])

    def _read_percents(self, sheet: str) -> Collection[tuple[int, int]]:
        return self._package.percents(self._parts[sheet])


def refuse_twins(sheets: list[str]) -> None:
    """Refuse two sheets of one name: no program writes them, and readers confuse them.

    Raises:
        UnreadableError: naming the sheet.
    """
    seen: set[str] = set()
    for name in sheets:
        if name.casefold() in seen:
            raise UnreadableError("twin_sheets", name)
        seen.add(name.casefold())
