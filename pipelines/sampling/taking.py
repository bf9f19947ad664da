"""A check sheet that came back: what was found is recorded, what cannot be is told row by row."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from sqlalchemy import Connection

from models.catalogue_model import Catalogue
from models.spec.form import Field, FieldType
from pipelines.clean.reading import read
from pipelines.extract.declared import declared
from pipelines.extract.fanout import read_chunk
from pipelines.receive.archive import keep, place
from pipelines.receive.gate import check_gate
from pipelines.receive.refused import RefusedError
from pipelines.sampling.records import Cell, Result, add_results
from pipelines.workbook.marks import MOST_ROWS

Row = Mapping[str, str]
"""A row as the child read it: number, what was found and on what evidence, with their cells."""


class NotCheckSheetError(Exception):
    """The file is no check sheet of this quarter, or must not be opened."""


@dataclass(frozen=True)
class Taken:
    """What of a sheet is recorded, the rows left blank, and problems: cell and reason."""

    results: tuple[Result, ...]
    blank: int
    problems: tuple[tuple[str, str], ...]


def read_sheet(archive: Path, catalogue: Catalogue, path: Path) -> list[dict[str, str]]:
    """Keep the file, then read its rows in the child, by what it is and not how it is called.

    Raises:
        NotCheckSheetError: it cannot or must not be opened, or there is no row to check in it.
    """
    kept = place(archive, _keep(path, archive, catalogue.parameters["gate"]["file_bytes"]))
    try:
        check_gate(kept, catalogue.parameters["gate"])
    except RefusedError as error:
        raise NotCheckSheetError(path.name) from error
    answer = read_chunk([kept], declared(catalogue), catalogue.parameters["child"])[0]
    if not answer.get("checks"):
        raise NotCheckSheetError(path.name)
    return list(answer["checks"])


def _keep(path: Path, archive: Path, most: int) -> str:
    """Keep a file that can be read and is not too large; what fails after that is our trouble."""
    try:
        if not path.is_file() or path.stat().st_size > most:
            raise NotCheckSheetError(path.name)
        path.open("rb").close()
    except OSError as error:
        raise NotCheckSheetError(path.name) from error
    return keep(path, archive)


def take_sheet(
    registry: Connection,
    catalogue: Catalogue,
    rows: Sequence[Row],
    cells: Sequence[Cell],
    *,
    by: str,
    at: datetime,
) -> Taken:
    """Record what the rows of a sheet say of the cells of its quarter."""
    known = {cell.sampling_cell_id: cell for cell in cells}
    if rows and all(_drawn(row, known) is None for row in rows):
        return Taken((), 0, ((rows[0]["found_cell"], catalogue.say("sampling.other_plan")),))
    said = [_said(catalogue, row, known) for row in rows[:MOST_ROWS]]
    said += [_cut(catalogue, row) for row in rows[MOST_ROWS:][:1]]
    results = tuple(each for each in said if isinstance(each, Result))
    add_results(registry, results, by, at)
    return Taken(
        results, sum(each is None for each in said), tuple(e for e in said if isinstance(e, tuple))
    )


def _drawn(row: Row, known: Mapping[int, Cell]) -> Cell | None:
    return known.get(int(row["row"])) if row["row"].isdigit() else None


def _said(
    catalogue: Catalogue, row: Row, known: Mapping[int, Cell]
) -> Result | tuple[str, str] | None:
    """What a row says, why it cannot be recorded, or None where nothing was written."""
    cell = _drawn(row, known)
    typed, evidence = row["found"], row["evidence"]
    longest = catalogue.parameters["sampling"]["longest_evidence"]
    if cell is None:
        return row["found_cell"], catalogue.say("sampling.not_drawn")
    if not typed:
        return None
    found = _number(catalogue, typed, cell)
    if found is None:
        wanted = _wanted(catalogue, catalogue.fields[cell.field])
        return row["found_cell"], catalogue.say("sampling.unread", typed=typed, wanted=wanted)
    if len(evidence) > longest:
        said = catalogue.say("sampling.long_evidence", length=len(evidence), longest=longest)
        return row["evidence_cell"], said
    return Result(cell.sampling_cell_id, str(found), evidence)


def _cut(catalogue: Catalogue, row: Row) -> tuple[str, str]:
    return row["found_cell"], catalogue.say("sampling.too_many", most=MOST_ROWS)


def _number(catalogue: Catalogue, typed: str, cell: Cell) -> Decimal | None:
    """What was typed, read as the field is read; a day as the number yyyymmdd.

    Only what the form itself would take: no number below nought, no part of a person.
    """
    field = catalogue.fields[cell.field]
    found = read(typed, "text", field, catalogue.codes.get(field.enum or "", {}))
    if found.date is not None:
        return Decimal(f"{found.date:%Y%m%d}")
    number = found.number
    if number is None or number < 0 or (field.type is FieldType.INT and number % 1):
        return None
    return number


def _wanted(catalogue: Catalogue, field: Field) -> str:
    """What the field takes, in words."""
    codes = catalogue.codes.get(field.enum or "", {})
    listed = "、".join(f"{code}={label}" for code, label in codes.items())
    return catalogue.say(f"sampling.wants_{field.type}", codes=listed)
