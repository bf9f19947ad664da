"""What the second opinion looks at, alike things one below the other.

What the library costs is the number of expectations, hardly that of the rows. All cells of which
the same is expected, such as a whole number in 203 fields, therefore stand in one column and are
one expectation; so do all rows of all parts that only their formula can judge.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

import duckdb
import polars as pl

from models.catalogue_model import Catalogue
from models.period import Period
from models.spec.form import Field, FieldType
from models.spec.rule import Moment
from pipelines.frames import Frames, Source, column_of
from pipelines.validate.bounds import bounds
from pipelines.validate.plan import SUBMISSIONS, Judged, fails, judged_parts, kinds_of, parts_of

Named = tuple[str, str, str]
"""Part id, row id (`submission` or `submission:line`), field (for rules about cells)."""

FIXED = "s"
SHOWN = {
    "typed": pl.col("plain"),
    # What is required and empty is an empty text here, and nothing in `Stack.column`.
    "needed": pl.when(pl.col("is_required")).then(pl.col("plain").fill_null("")),
    "text": pl.when(pl.col("is_text")).then(pl.col("plain")),
    "usual": pl.when(pl.col("is_typical")).then(pl.col("number")),
    "intact": pl.col("formula_intact").cast(pl.Float64),
}
"""What cells show to an expectation, and so which of them it looks at."""


@dataclass(frozen=True)
class Asked:
    """A native expectation of a part: its kind and arguments, what it looks at in which fields."""

    kind: str
    part: str
    arguments: tuple[tuple[str, Any], ...]
    shows: str
    fields: tuple[str, ...]


@dataclass(frozen=True)
class Stack:
    """What an expectation looks at: row_id, field, shown. And the fields that the batch has."""

    asked: Asked
    cells: pl.DataFrame
    owed: Sequence[str]

    @property
    def column(self) -> pl.Series:
        """What is shown, null where something is missing."""
        shown = self.cells["shown"]
        return shown.replace("", None) if self.asked.kind == "not_null" else shown


def stacks_of(frames: Frames, moment: Moment, period: Period) -> list[Stack]:
    """The cells of every native expectation of a moment that has something to look at."""
    plain = _bounded(frames, moment, period)
    return [*plain, *(_stacks(frames, period) if moment is Moment.RECEIPT else ())]


def _stacks(frames: Frames, period: Period) -> Iterator[Stack]:
    cells = frames.con.sql(
        "SELECT concat_ws(':', submission_id, line) AS row_id, field, plain, is_required,"
        " is_typical, is_text, formula_intact, CAST(number AS DOUBLE) AS number FROM c"
    ).pl()
    seen = {shows: cells.select("row_id", "field", shown=shown) for shows, shown in SHOWN.items()}
    for asked in _native(frames.catalogue, period):
        mine = seen[asked.shows].filter(pl.col("field").is_in(asked.fields))
        shown = mine.drop_nulls("shown")
        # A field is owed where one of its cells is asked for, even if none must be filled now.
        there = set((mine if asked.kind == "not_null" else shown)["field"].unique())
        if there:
            yield Stack(asked, shown, [name for name in asked.fields if name in there])


def _bounded(frames: Frames, moment: Moment, period: Period) -> Iterator[Stack]:
    """The columns that the plain bounds of rules look at."""
    for item, name, limits in bounds(frames.catalogue, period, moment):
        column = f"CAST({column_of(name)} AS DOUBLE)"
        found = frames.con.sql(
            f"SELECT submission_id AS row_id, '' AS field, {column} AS shown FROM s"  # noqa: S608
        ).pl()
        shown = found.drop_nulls("shown")
        if not shown.is_empty():
            yield Stack(Asked("between", item.id, _fixed(limits), "bounded", ("",)), shown, ("",))


@cache
def _native(catalogue: Catalogue, period: Period) -> Sequence[Asked]:
    fields: dict[tuple[str, str, str, str], list[str]] = {}
    arguments = {}
    for item in judged_parts(catalogue, Moment.RECEIPT, period):
        for field in catalogue.fields.values() if item.rule.each else ():
            for kind, shows, expected in _expected(catalogue, item, field):
                key = (kind, item.id, shows, repr(expected))
                fields.setdefault(key, []).append(field.qualified)
                arguments[key] = _fixed(expected)
    return [
        Asked(kind, part, arguments[kind, part, shows, said], shows, tuple(names))
        for (kind, part, shows, said), names in fields.items()
    ]


def _fixed(arguments: dict[str, Any]) -> tuple[tuple[str, Any], ...]:
    return tuple(arguments.items())


def _expected(
    catalogue: Catalogue, item: Judged, field: Field
) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """The native expectation that says a rule about cells for one field, if it concerns it."""
    computed = field.formula is not None
    match item.rule.each:
        case "required" if not computed and field.required != "no":
            yield "not_null", "needed", {}
        case "typical" if field.typical and not computed:
            low, high = field.typical
            yield "between", "usual", {"min_value": low, "max_value": high}
        case "formula" if computed:
            yield "in_set", "intact", {"value_set": [1]}
        case "text" if field.type == "text":
            pattern = catalogue.vocabulary.patterns["ID_OR_MOBILE"]
            yield "not_regex", "text", {"regex": pattern}
        case measure if measure == field.type and not computed:
            kind, arguments = _of_its_type(catalogue, field)
            yield kind, "typed", arguments


def _of_its_type(catalogue: Catalogue, field: Field) -> tuple[str, dict[str, Any]]:
    """The expectation that what was typed can be read as the field's type."""
    match field.type:
        case FieldType.INT:
            return "regex", {"regex": r"^[0-9]+(?:\.0*)?$"}
        case FieldType.DECIMAL:
            return "regex", {"regex": r"^[0-9]+(?:\.[0-9]{1,2})?$"}
        case FieldType.DATE:
            return "strftime", {"strftime_format": "%Y-%m-%d"}
        case _:
            codes = [str(code) for code in catalogue.codes[field.enum or ""]]
            return "in_set", {"value_set": codes}


@dataclass(frozen=True)
class Rows:
    """The rows of every part that only its formula can judge."""

    frames: Frames
    quarter: int
    parts: Sequence[Judged]
    pairs: pl.DataFrame
    """part, row_id."""

    @cached_property
    def failing(self) -> set[tuple[str, str]]:
        """(part, row): a query for each part, apart from those that find the cells."""
        return {(item.id, row) for item in self.parts for row in self._failing(item)}

    def _failing(self, item: Judged) -> list[str]:
        source = Source(item.table)
        condition = fails(self.frames.catalogue, item, self.quarter, source)
        row = f"concat_ws(':', s.submission_id, {source.line})"
        # Some conditions look over all rows (windows), which a WHERE cannot.
        sql = (
            f"SELECT row_id FROM (SELECT {row} AS row_id, {condition} AS fails "  # noqa: S608
            f"FROM {source.sql}) WHERE fails"
        )
        try:
            return [each for (each,) in self.frames.con.execute(sql).fetchall()]
        except duckdb.Error as error:
            raise ValueError(f"{item.id}: {error}") from error

    def looked_at(self) -> Iterator[tuple[Judged, int]]:
        """Each part, and how many rows of units that it concerns there are."""
        counts = {
            table: _by_kind(self.frames, table) for table in {item.table for item in self.parts}
        }
        for item in self.parts:
            kinds = kinds_of(self.frames.catalogue, item, self.quarter)
            yield item, sum(counts[item.table].get(kind, 0) for kind in kinds)


def rows_of(frames: Frames, moment: Moment, period: Period) -> Rows:
    """The rows of the tables with the parts that are judged on them."""
    plain = {item for item, _, _ in bounds(frames.catalogue, period, moment)}
    parts: list[Judged] = []
    pairs = [pl.DataFrame(schema={"part": pl.String, "row_id": pl.String})]
    for table in (FIXED, *frames.catalogue.aliases, SUBMISSIONS):
        some = [
            item for item in parts_of(frames.catalogue, table, moment, period) if item not in plain
        ]
        rows = _row_ids(frames, table, some[0]) if some else None
        if rows is not None and not rows.is_empty():
            parts += some
            pairs.append(pl.DataFrame({"part": [item.id for item in some]}).join(rows, how="cross"))
    return Rows(frames, period.quarter, parts, pl.concat(pairs))


def _row_ids(frames: Frames, table: str, item: Judged) -> pl.DataFrame:
    """The rows of a table; `item` is a part that asks for them."""
    line = "" if table in {FIXED, SUBMISSIONS} else ", line"
    sql = f"SELECT concat_ws(':', submission_id{line}) AS row_id FROM {table}"  # noqa: S608
    try:
        found: pl.DataFrame = frames.con.sql(sql).pl()
    except duckdb.Error as error:
        raise duckdb.Error(f"{item.id}: {error}") from error
    return found


def _by_kind(frames: Frames, table: str) -> dict[str, int]:
    sql = f"SELECT s.unit_kind, count(*) FROM {Source(table).sql} GROUP BY 1"  # noqa: S608
    return dict(frames.con.execute(sql).fetchall())
