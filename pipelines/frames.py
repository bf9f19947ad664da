"""A batch of values as tables in memory: one wide row a submission (`s`), and `l1`, `l2`, `l3`.

Validation judges these tables, load stores what they hold; computed cells are recomputed here,
from the catalogue's formulas, so that no file's cached result is ever believed.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache, partial

import duckdb
import polars as pl
from polars.datatypes import DataTypeClass

from models.catalogue_model import Catalogue
from models.expression import SqlNames, parse, to_sql
from models.names import Names
from models.spec.form import EntryMode, Field, FieldType
from models.spec.rule import RuleKind
from pipelines.judging.batch import Past

SQL_TYPES = {
    FieldType.INT: "DECIMAL(18,4)",
    FieldType.DECIMAL: "DECIMAL(18,4)",
    FieldType.ENUM: "DECIMAL(18,4)",
    FieldType.TEXT: "VARCHAR",
    FieldType.DATE: "DATE",
}
MEASURES = {
    FieldType.INT: "number",
    FieldType.DECIMAL: "number",
    FieldType.ENUM: "number",
    FieldType.TEXT: "text",
    FieldType.DATE: "date",
}
MEASURE_TYPES: dict[str, pl.DataType | DataTypeClass] = {
    "number": pl.Decimal(18, 4),
    "text": pl.String,
    "date": pl.Date,
}
FEW = 20
"""So few submissions are judged in less time than DuckDB takes to improve its plans."""


@dataclass(frozen=True)
class Frames:
    """The tables of one batch, in a DuckDB connection of their own."""

    con: duckdb.DuckDBPyConnection
    catalogue: Catalogue

    def sql(self, formula: str, source: "Source") -> str:
        """A formula as SQL over `s` and the lists, to be selected from `source`."""
        names = Names(self.catalogue)
        return to_sql(parse(formula), names.type_of, source.names(names))


@dataclass
class Source:
    """What a query selects from: `s` or a list, and the lists aggregated for each submission.

    Aggregates are joined, each list once, because planning a subquery for each of them costs
    seconds.
    """

    table: str = "s"
    aggregates: dict[str, list[str]] = field(default_factory=dict)

    def names(self, names: Names, kind: RuleKind | None = None) -> SqlNames:
        """Where the tables of a batch keep what formulas name, in a rule of a kind."""
        of_level = kind is RuleKind.CROSS_LEVEL
        return SqlNames(
            column=partial(_typed_column, names) if kind is RuleKind.CROSS_PERIOD else column_of,
            aggregate=partial(self._aggregate, register=of_level),
            patterns=names.catalogue.vocabulary.patterns,
            is_whole=names.is_whole,
        )

    @property
    def line(self) -> str:
        """The line of the row, NULL where a row is a submission."""
        of_file = self.table in {"s", "sub"}
        return "CAST(NULL AS INTEGER)" if of_file else f"{self.table}.line"

    @property
    def sql(self) -> str:
        """The FROM clause; ask for it after the formulas have been compiled."""
        start = "s" if self.table == "s" else f"{self.table} JOIN s USING (submission_id)"
        return " ".join([start, *(self._join(alias) for alias in self.aggregates)])

    def _aggregate(self, alias: str, select: str, *, register: bool) -> str:
        table = REGISTER if register and alias == "l3" else alias
        known = self.aggregates.setdefault(table, [])
        if select not in known:
            known.append(select)
        column = f"{table}_all.a{known.index(select)}"
        return f"COALESCE({column}, 0)" if select.startswith("COUNT") else column

    def _join(self, table: str) -> str:
        columns = ", ".join(f"{sql} AS a{n}" for n, sql in enumerate(self.aggregates[table]))
        if table == "peer_all":
            return f"CROSS JOIN (SELECT {columns} FROM s AS peer_all) AS peer_all_all"  # noqa: S608
        alias = "l3" if table == REGISTER else table
        return (
            f"LEFT JOIN (SELECT {alias}.submission_id, {columns} FROM {table} AS {alias} "  # noqa: S608
            f"JOIN s USING (submission_id) GROUP BY {alias}.submission_id) AS {table}_all "
            f"ON {table}_all.submission_id = s.submission_id"
        )


REGISTER = "register"
"""What `l3` is where several units are looked at: every matter that the unit is a party to."""

TABLES = frozenset({"l1", "l2", "l3", "child", "peer_all", "sub"})


def column_of(name: str) -> str:
    """`branch_close` -> s.branch_close, `sys.quarter` -> s.sys__quarter, `l1.x` stays."""
    if name.startswith("ytd("):
        return f"(s.so_far__{name[4:-1]} + s.{name[4:-1]})"
    prefix, dot, column = name.partition(".")
    if not dot:
        return f"s.{name}"
    return name if prefix in TABLES else f"s.{prefix}__{column}"


def _typed_column(names: Names, name: str) -> str:
    """Locked openings are compared with the past as the file has them."""
    item = names.catalogue.fields.get(name)
    if item is not None and item.entry is EntryMode.CARRIED and item.alias is None:
        return f"s.typed__{name}"
    return column_of(name)


def build_frames(
    catalogue: Catalogue,
    submissions: pl.DataFrame,
    values: pl.DataFrame,
    listed: Iterable[str],
    past: Past | None = None,
) -> Frames:
    """Make the tables.

    Args:
        catalogue: what the fields are.
        submissions: one row each with submission_id, and columns `sys__*`, `dir__*`, unit_kind.
        values: submission_id, field, line, number, text, date; at most one row a cell.
        listed: the unit codes in the directory of the period.
        past: what the lists are compared with.
    """
    is_few = submissions.height <= FEW
    con = duckdb.connect(config={"threads": 1 if is_few else 2})
    if is_few:
        con.execute("PRAGMA disable_optimizer")
    typed = {name: each for name, each in catalogue.fields.items() if each.formula is None}
    fixed = [each for each in typed.values() if each.alias is None]
    con.register("wide", _pivot(values.filter(pl.col("line").is_null()), fixed, ["submission_id"]))
    con.register("base", submissions)
    con.register("directory", pl.DataFrame({"unit_code": list(listed)}, {"unit_code": pl.String}))
    con.execute("CREATE TABLE s AS SELECT * FROM base LEFT JOIN wide USING (submission_id)")
    for alias in catalogue.aliases:
        columns = [each for each in typed.values() if each.alias == alias]
        rows = values.filter(pl.col("field").str.starts_with(f"{alias}."))
        con.register("rows", _pivot(rows, columns, ["submission_id", "line"]))
        con.execute(f"CREATE TABLE {alias} AS SELECT * FROM rows")  # noqa: S608
    frames = Frames(con, catalogue)
    _derive(frames)
    if past is not None:
        _look_back(frames, past)
    _compute(frames)
    return frames


def _pivot(values: pl.DataFrame, fields: Sequence[Field], keys: list[str]) -> pl.DataFrame:
    """Long to wide; every field has its column, in its measure, also when nobody filled it."""
    frame = values.select(keys).unique()
    for measure in ("number", "text", "date"):
        wanted = [each.qualified for each in fields if MEASURES[each.type] == measure]
        part = values.filter(pl.col("field").is_in(wanted))
        if part.height:
            wide = part.pivot(on="field", index=keys, values=measure, aggregate_function="first")
            frame = frame.join(wide, on=keys, how="left", nulls_equal=True)
    have = set(frame.columns)
    return frame.select(
        *keys,
        *(
            (pl.col(f.qualified) if f.qualified in have else pl.lit(None))
            .cast(MEASURE_TYPES[MEASURES[f.type]])
            .alias(f.name)
            for f in fields
        ),
    )


def _derive(frames: Frames) -> None:
    """Add columns that the catalogue's vocabulary promises but nobody types."""
    frames.con.execute(
        """
        CREATE OR REPLACE TABLE l2 AS
        SELECT
            l2.*,
            CASE
                WHEN l2.partner_unit_code IS NULL THEN NULL
                WHEN directory.unit_code IS NULL THEN 0
                ELSE 1
            END AS partner_listed
        FROM l2 LEFT JOIN directory ON directory.unit_code = l2.partner_unit_code
        """
    )


def _look_back(frames: Frames, past: Past) -> None:
    """Put last quarter's elections beside the ledger, and count the matters that go on."""
    orgs, matters = past.orgs, past.open_matters
    frames.con.register("orgs", pl.DataFrame(schema=ORGS) if orgs is None else orgs)
    frames.con.register("carried", pl.DataFrame(schema=MATTERS) if matters is None else matters)
    frames.con.execute(_LEDGER)
    frames.con.execute(_OPEN_MATTERS)


ORGS = {
    "submission_id": pl.String,
    "org_code": pl.String,
    "prev_last_election_date": pl.Date,
    "prev_election_done_date": pl.Date,
}
MATTERS = {"submission_id": pl.String, "matter_id": pl.String}
_LEDGER = """
CREATE OR REPLACE TABLE l1 AS
SELECT l1.*, orgs.prev_last_election_date, orgs.prev_election_done_date
FROM l1 LEFT JOIN orgs USING (submission_id, org_code)
"""
_OPEN_MATTERS = """
CREATE OR REPLACE TABLE s AS
SELECT
    s.*,
    COALESCE(known.carried, 0) AS sys__open_matters_carried,
    COALESCE(known.present, 0) AS sys__open_matters_present
FROM s LEFT JOIN (
    SELECT
        carried.submission_id, COUNT(DISTINCT carried.matter_id) AS carried,
        COUNT(DISTINCT l3.matter_id) AS present
    FROM carried LEFT JOIN l3 USING (submission_id, matter_id)
    GROUP BY carried.submission_id
) AS known ON known.submission_id = s.submission_id
"""


def _compute(frames: Frames) -> None:
    """Recompute the formula fields, those first that others read."""
    for batch in computing_order(frames.catalogue):
        for alias in ("l1", "l2", "l3", None):
            wanted = [each for each in batch if each.alias == alias]
            if wanted:
                _add_columns(frames, alias, wanted)


def _add_columns(frames: Frames, alias: str | None, fields: Iterable[Field]) -> None:
    source = Source(alias or "s")
    columns = ", ".join(
        f"CAST({frames.sql(each.formula or '', source)} AS {SQL_TYPES[each.type]}) AS {each.name}"
        for each in fields
    )
    table = source.table
    frames.con.execute(
        f"CREATE OR REPLACE TABLE {table} AS SELECT {table}.*, {columns} FROM {source.sql}"  # noqa: S608
    )


@cache
def computing_order(catalogue: Catalogue) -> list[list[Field]]:
    """Formula fields in batches: each batch reads only what comes before it."""
    left = {name: each for name, each in catalogue.fields.items() if each.formula}
    order: list[list[Field]] = []
    while left:
        ready = [f for f in left.values() if not parse(f.formula or "").names() & left.keys()]
        if not ready:
            raise ValueError(f"formulas read one another in a circle: {sorted(left)}")
        order.append(ready)
        left = {name: each for name, each in left.items() if each not in ready}
    return order


def recomputed_sql(catalogue: Catalogue) -> str:
    """Every computed cell as we compute it."""
    selects = []
    for f in catalogue.fields.values():
        if f.formula is None:
            continue
        is_date = f.type is FieldType.DATE
        number = "CAST(NULL AS DECIMAL(18,4))" if is_date else f.name
        selects.append(
            f"SELECT submission_id, '{f.qualified}' AS field, "  # noqa: S608
            f"{'line' if f.alias else 'CAST(NULL AS INTEGER)'} AS line, {number} AS number, "
            f"{f.name if is_date else 'CAST(NULL AS DATE)'} AS date FROM {f.alias or 's'}"
        )
    return " UNION ALL ".join(selects)
