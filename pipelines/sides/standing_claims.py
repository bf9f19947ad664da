"""Whether a row that a partner answers still stands in the return of who registered it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

import polars as pl
from sqlalchemy import Connection

from models.catalogue_model import Catalogue
from pipelines.clean.reading import read
from pipelines.extract.store import load_cells
from pipelines.records.mirrors import SheetRow
from pipelines.records.quarters import current
from pipelines.settings import Home

GONE, WITHDRAWN, RENAMED = "gone", "withdrawn", "renamed"
WITHDRAWN_STATUS = 5
KEYS = {"L2": ("l2.pair_id", "l2.partner_unit_code", None),
        "L3": ("l3.matter_id", "l3.counterpart_code", "l3.matter_status")}  # fmt: skip
"""Form -> the fields that say which row it is, with whom, and how it stands."""


def fallen(
    home: Home, registry: Connection, catalogue: Catalogue, period: str, rows: Iterable[SheetRow]
) -> dict[int, str]:
    """Number of each row that stands no more -> why: gone, withdrawn, or it names another unit."""
    wanted = list(rows)
    claimants = {row.claimed_by for row in wanted}
    versions = {code: row for code, row in current(registry, period).items() if code in claimants}
    lists = _lists(home, catalogue, {row.file_sha256: code for code, row in versions.items()})
    found = {row.number: _why(lists.get((row.claimed_by, row.form, row.row_key)), row)
             for row in wanted}  # fmt: skip
    return {number: why for number, why in found.items() if why is not None}


def _why(line: Mapping[str, str] | None, row: SheetRow) -> str | None:
    _, code, status = KEYS[row.form]
    if line is None or not line.get(code):
        return GONE
    if status is not None and line.get(status) == str(WITHDRAWN_STATUS):
        return WITHDRAWN
    return None if line[code] == row.typed_code else RENAMED


def _lists(
    home: Home, catalogue: Catalogue, files: Mapping[str, str]
) -> dict[tuple[str, str, str], dict[str, str]]:
    """(unit, form, id of the row) -> what the unit's present file has in that row, read."""
    fields = [name for names in KEYS.values() for name in names if name]
    cells = load_cells(home.cells, files).filter(pl.col("field").is_in(fields))
    lines: dict[tuple[str, str, int], dict[str, str]] = defaultdict(dict)
    columns = cells.select("file_sha256", "form", "line", "field", "typed", "kind")
    for sha256, form, line, name, typed, kind in columns.iter_rows():
        field = catalogue.fields[name]
        meant = read(typed, kind, field, catalogue.codes.get(field.enum or "", {})).plain
        if meant is not None:
            lines[files[sha256], form, line][name] = meant
    return {
        # A row without an id is asked about by its line, as `core.claim` names it.
        (unit, form, row.get(KEYS[form][0]) or f"{unit}/{line}"): row
        for (unit, form, line), row in lines.items()
    }
