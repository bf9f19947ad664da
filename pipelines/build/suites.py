"""Great Expectations over the marts: suites made from SQL headers and the catalogue.

What only we can have broken blocks a snapshot: an empty key, an unknown scope, more units used than
expected, an interval upside down. An index may lie outside its own interval (the draws are others),
so that is not expected. A share above 100 is told and does not block: a waived rule may allow it.
The tables are those of this program, so a quarter of an older catalogue is held to today's suite.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import duckdb

from models.catalogue_model import Catalogue
from models.spec.rule import Severity
from pipelines.build.expectations import Wanted, described, unmet
from pipelines.build.run import Model
from pipelines.proof import Proof

if TYPE_CHECKING:  # slow to import
    import pandas as pd

SUITE, SHARES = "meets_its_suite", "keeps_shares_below_whole"
AT_ONCE = 300_000
"""So many rows are looked at together, as far as whole quarters allow."""

OF_VALUES = ("period", "view", "compare_to", "scope_level", "scope_code", "indicator")
"""What names a row of indicator values."""

Connection = duckdb.DuckDBPyConnection


def has_suite(model: Model) -> bool:
    """Whether a table is looked at: the marts are."""
    return model.table.startswith("marts.")


def suite_check(
    con: Connection, model: Model, catalogue: Catalogue, periods: Sequence[str]
) -> Proof:
    """Prove a mart against its suite, for the quarters that were built."""
    columns = {name for name, *_ in con.execute(f"DESCRIBE {model.table}").fetchall()}
    wanted = list(suite(model.grain, columns, catalogue.parameters["marts"]))
    about = {name for _, given in wanted for key, name in given.items() if "column" in key}
    used = sorted({*about, *model.grain})
    broken = [
        each
        for some in (_few(con, model.table, periods) if model.by_period else [None])
        for each in unmet(_frame(con, model.table, used, some), wanted, model.grain, catalogue)
    ]
    numbers: dict[str, int | str] = {
        "compared": len(wanted),
        "expected": "、".join(described(each, catalogue) for each in wanted),
        "wrong": "、".join(broken),
    }
    return Proof(SUITE, not broken, numbers)


def shares_check(
    con: Connection, table: str, catalogue: Catalogue, periods: Sequence[str]
) -> Proof:
    """Say whether a share that a rule keeps below its whole is above 100."""
    shares = sorted(shares_of(catalogue))
    frame = con.sql(
        f"SELECT {', '.join(OF_VALUES)}, CAST(value AS DOUBLE) AS value FROM {table}"  # noqa: S608
        " WHERE list_contains($shares, indicator) AND list_contains($periods, period)",
        params={"shares": shares, "periods": list(periods)},
    ).df()
    wanted: list[Wanted] = [("between", {"column": "value", "min_value": 0, "max_value": 100})]
    broken = unmet(frame, wanted, OF_VALUES, catalogue)
    numbers: dict[str, int | str] = {"indicators": len(shares), "wrong": "、".join(broken)}
    return Proof(SHARES, not broken, numbers, warns=True)


def shares_of(catalogue: Catalogue) -> set[str]:
    """The indicators in per cent whose numerator a `must` rule keeps below the denominator."""
    kept = {
        (part.left, part.right)
        for rule in catalogue.rules.values()
        if rule.severity is Severity.MUST
        for part in rule.parts
        if part.op in {"<=", "="} and not part.tolerance
    }
    return {
        each.id
        for each in catalogue.indicators.values()
        if each.uom == "%" and (each.numerator, each.denominator) in kept
    }


def suite(
    grain: Sequence[str], columns: Iterable[str], told: Mapping[str, Any]
) -> Iterator[Wanted]:
    """What is expected of a mart with these columns, as the catalogue says it."""
    known = set(columns)
    for name in (name for name in grain if name not in told["may_be_null"]):
        yield "not_null", {"column": name}
    for name in sorted(known & told["one_of"].keys()):
        yield "in_set", {"column": name, "value_set": told["one_of"][name]}
    for name in sorted(known & told["between"].keys()):
        least, most = told["between"][name]
        yield "between", {"column": name, "min_value": least, "max_value": most}
    for more, less in (pair for pair in told["never_below"] if known.issuperset(pair)):
        yield "not_below", {"column_A": more, "column_B": less}


def _few(con: Connection, table: str, periods: Sequence[str]) -> Iterator[Sequence[str]]:
    """The quarters in groups whose rows may be held at once: in pandas each value is an object."""
    rows = con.execute(
        f"SELECT period, count(*) FROM {table} WHERE period = ANY(?) GROUP BY 1 ORDER BY 1",  # noqa: S608
        [list(periods)],
    ).fetchall()
    some: list[str] = []
    held = 0
    for period, count in rows:
        if some and held + count > AT_ONCE:
            yield some
            some, held = [], 0
        some, held = [*some, period], held + count
    if some:
        yield some


def _frame(
    con: Connection, table: str, columns: Sequence[str], periods: Sequence[str] | None
) -> "pd.DataFrame":
    where = " WHERE list_contains($periods, period)" if periods else ""
    names = ", ".join(columns)
    params = {"periods": list(periods)} if periods else {}
    frame: pd.DataFrame = con.sql(f"SELECT {names} FROM {table}{where}", params=params).df()  # noqa: S608
    return frame
