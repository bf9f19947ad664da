"""Running the models: each SELECT becomes a table, in the order their inputs demand."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import duckdb
import polars as pl
import sqlglot
import yaml
from sqlglot import exp

from models.catalogue_model import Catalogue
from pipelines.build.compiled import compiled
from pipelines.build.intervals import intervals
from pipelines.build.linkage import linkage
from pipelines.build.sampling_error import sampling_errors
from pipelines.build.sharing import sharing
from pipelines.warehouse import put, replace

SQL_DIR = Path(__file__).resolve().parent.parent.parent / "models" / "sql"
HEADER = re.compile(r"^/\*\n(?P<header>.*?)\*/\n", re.DOTALL)
LOADED = frozenset(
    {
        "core.period",
        "core.definition",
        "core.submission",
        "core.finding",
        "core.rule",
        "core.rule_evaluated",
        "core.checkpoint_result",
        "core.explanation",
        "core.settlement",
        "core.reason_limit",
        "core.duty",
        "core.reported_value",
        "core.mirror_answer",
        "core.partner_doubt",
        "core.unchanged_row",
        "core.proposal_decision",
        "core.aftereffect",
        "core.sampling_cell",
        "core.unit_version",
        "core.unit_event",
        "core.field_due",
        "core.indicator",
        "core.indicator_due",
        "core.dimension",
        "core.dimension_weight",
        "core.target",
        "core.present",
        "core.succession",
        "core.comparison",
        "core.broken_unit",
    }
)
"""Tables that load fills; every other table is a model."""

Step = Callable[[pl.DataFrame, Catalogue], pl.DataFrame]
STEPS: Mapping[str, Step] = {
    "intervals": intervals,
    "linkage": linkage,
    "sharing": sharing,
    "sampling_errors": sampling_errors,
}
"""What SQL cannot say: `then` in a header names what is done with the rows of its SELECT."""


@dataclass(frozen=True)
class Model:
    """One table: its name, its SELECT, what a row is, what it reads.

    `columns`: the meaning of those columns that are its own; `made_of`: of which columns of the
    SELECT a step (`then`) makes them. The form of a header is shown in `models/spec/warehouse.py`.
    """

    table: str
    sql: str
    zh: str
    grain: tuple[str, ...]
    inputs: frozenset[str]
    then: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    made_of: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def by_period(self) -> bool:
        """Whether its rows belong to quarters and are replaced by quarter."""
        return "period" in self.grain or "submission_id" in self.grain


def read_model(table: str, text: str) -> Model:
    """Read a model from its text: the header is YAML in a comment, the inputs are in the SQL."""
    match = HEADER.match(text)
    header = yaml.safe_load(match["header"]) if match else {}
    tree = sqlglot.parse_one(text, dialect="duckdb")
    inputs = {f"{t.db}.{t.name}" for t in tree.find_all(exp.Table) if t.db}
    grain, then = tuple(header["grain"]), header.get("then")
    columns, made_of = header.get("columns", {}), header.get("from", {})
    return Model(
        table, text, header["zh"], grain, frozenset(inputs), then, columns,
        {name: tuple(some) for name, some in made_of.items()},
    )  # fmt: skip


@cache
def models_in_order(catalogue: Catalogue) -> tuple[Model, ...]:
    """Every model, those first that others read."""
    texts = compiled(catalogue) | {
        f"{path.parent.name}.{path.stem}": path.read_text(encoding="utf-8")
        for path in sorted(SQL_DIR.rglob("*.sql"))
    }
    found = {table: read_model(table, text) for table, text in texts.items()}
    graph = {model.table: model.inputs - LOADED for model in found.values()}
    return tuple(found[table] for table in TopologicalSorter(graph).static_order())


def standing_on(catalogue: Catalogue, tables: Iterable[str]) -> frozenset[str]:
    """The models that read one of these tables, themselves or through another model."""
    found: set[str] = set()
    for model in models_in_order(catalogue):
        if model.inputs & ({*tables} | found):
            found.add(model.table)
    return frozenset(found)


def build_model(
    con: duckdb.DuckDBPyConnection, model: Model, catalogue: Catalogue, periods: Iterable[str]
) -> int:
    """Run one model for the given quarters; return the rows it made."""
    if not model.by_period:
        return replace(con, model.table, model.sql, None)
    if model.then is not None:
        return sum(_build_then(con, model, catalogue, period) for period in periods)
    return sum(replace(con, model.table, model.sql, period) for period in periods)


def _build_then(
    con: duckdb.DuckDBPyConnection, model: Model, catalogue: Catalogue, period: str
) -> int:
    rows = con.sql(f"SELECT * FROM ({model.sql}) WHERE period = '{period}'").pl()  # noqa: S608
    return put(con, model.table, STEPS[model.then or ""](rows, catalogue), period)
