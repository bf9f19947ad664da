"""Great Expectations over the marts: suites made from SQL headers and the catalogue.

What only we can have broken blocks a snapshot: an empty key, an unknown scope, more units used than
expected, an interval upside down. An index may lie outside its own interval (the draws are others),
so that is not expected. A share above 100 is told and does not block: a waived rule may allow it.
"""

import os
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

import duckdb

from models.catalogue_model import Catalogue
from models.spec.rule import Severity
from pipelines.build.run import Model
from pipelines.proof import Proof

if TYPE_CHECKING:  # slow to import
    import pandas as pd

SUITE, SHARES = "meets_its_suite", "keeps_shares_below_whole"
SCOPES = ("unit", "county", "county_level", "level", "kind", "system", "city")
PAIRS = (("units_expected", "units_used"), ("high", "low"))
"""Columns of which the first is never below the second."""

COLUMNS = ("column", "column_A", "column_B")
BRIEF, COUNTED = {"result_format": "BOOLEAN_ONLY"}, {"result_format": "BASIC"}
AT_ONCE = 300_000
"""So many rows are looked at together, as far as whole quarters allow."""

Wanted = tuple[str, dict[str, Any]]
Connection = duckdb.DuckDBPyConnection


def has_suite(model: Model) -> bool:
    """Whether a table is looked at: the marts are."""
    return model.table.startswith("marts.")


def suite_check(
    con: Connection, model: Model, catalogue: Catalogue, periods: Sequence[str]
) -> Proof:
    """Prove a mart against its suite, for the quarters that were built."""
    columns = {name for name, *_ in con.execute(f"DESCRIBE {model.table}").fetchall()}
    nullable = catalogue.parameters["marts"]["may_be_null"]
    wanted = list(suite(model.grain, columns, nullable))
    used = sorted({name for _, given in wanted for key, name in given.items() if "column" in key})
    broken = [
        each
        for some in (_few(con, model.table, periods) if model.by_period else [None])
        for each in unmet(model.table, _frame(con, model.table, used, some), wanted)
    ]
    numbers: dict[str, int | str] = {"compared": len(wanted), "wrong": "、".join(broken)}
    return Proof(SUITE, not broken, numbers)


def shares_check(
    con: Connection, table: str, catalogue: Catalogue, periods: Sequence[str]
) -> Proof:
    """Say whether a share that a rule keeps below its whole is above 100."""
    shares = sorted(shares_of(catalogue))
    frame = con.sql(
        f"SELECT CAST(value AS DOUBLE) AS value FROM {table}"  # noqa: S608
        " WHERE list_contains($shares, indicator) AND list_contains($periods, period)",
        params={"shares": shares, "periods": list(periods)},
    ).df()
    wanted: list[Wanted] = [("between", {"column": "value", "min_value": 0, "max_value": 100})]
    broken = unmet(table, frame, wanted)
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
    grain: Sequence[str], columns: Iterable[str], nullable: Sequence[str]
) -> Iterator[Wanted]:
    """What is expected of a mart with these columns."""
    known = set(columns)
    for name in grain:
        if name not in nullable:
            yield "not_null", {"column": name}
    if "scope_level" in known:
        yield "in_set", {"column": "scope_level", "value_set": list(SCOPES)}
    for more, less in PAIRS:
        if {more, less} <= known:
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


def unmet(table: str, frame: "pd.DataFrame", wanted: Sequence[Wanted]) -> list[str]:
    """The expectations that do not hold, each with how many rows break it.

    What the library costs is the number of expectations, hardly that of the rows: alike ones are
    one at first, over their columns one below the other. Only where that breaks is each asked.
    """
    if frame.empty or all(each.success for each in _results(table, *stacked(frame, wanted), BRIEF)):
        return []
    return [_told(each) for each in _results(table, frame, wanted, COUNTED) if not each.success]


def stacked(
    frame: "pd.DataFrame", wanted: Sequence[Wanted]
) -> tuple["pd.DataFrame", Sequence[Wanted]]:
    """The columns of which the same is expected, one below the other, and that expectation.

    What is put below the shorter ones breaks none.
    """
    import pandas as pd  # noqa: PLC0415 slow to import

    columns, expected = {}, []
    for name, alike in _alike(wanted).items():
        kind, given = alike[0]
        sides = {key: f"{name} {key}" for key in COLUMNS if key in given}
        for key, column in sides.items():
            columns[column] = [_shown(kind, frame[str(each[key])]) for _, each in alike]
        expected.append((kind, {**given, **sides}))
    longest = max(map(len, columns.values())) * len(frame)
    filled = {given["column"]: 1.0 for kind, given in expected if kind == "not_null"}
    return pd.DataFrame(
        {
            name: pd.concat(some, ignore_index=True).reindex(
                range(longest), fill_value=filled.get(name)
            )
            for name, some in columns.items()
        }
    ), expected


def _alike(wanted: Sequence[Wanted]) -> dict[str, list[Wanted]]:
    """The expectations that differ in nothing but the columns they are about."""
    groups: dict[str, list[Wanted]] = {}
    for kind, given in wanted:
        rest = {key: told for key, told in given.items() if key not in COLUMNS}
        groups.setdefault(f"{kind} {rest}", []).append((kind, given))
    return groups


def _shown(kind: str, column: "pd.Series[Any]") -> "pd.Series[Any]":
    """Of what is only asked to be there, whether it is: texts are slow to look at."""
    return column.notna().astype(float).where(column.notna()) if kind == "not_null" else column


def _results(
    table: str, frame: "pd.DataFrame", wanted: Sequence[Wanted], told: dict[str, Any]
) -> Sequence[Any]:
    gx, kinds, frames = _library()
    batch = frames.get_batch({"dataframe": frame})
    expected = [kinds[kind](**given) for kind, given in wanted]
    suite_ = gx.ExpectationSuite(name=table, expectations=expected)
    results: Sequence[Any] = batch.validate(suite_, result_format=told).results
    return results


def _told(result: Any) -> str:
    given = result.expectation_config.kwargs
    names = " ".join(str(given[key]) for key in COLUMNS if key in given)
    return f"{names}: {result.result.get('unexpected_count', result.exception_info)}"


@cache
def _library() -> tuple[Any, dict[str, Any], Any]:
    """Great Expectations, its expectations and what takes frames; seconds to import.

    One definition takes every frame: the library writes its whole configuration for each new one.
    """
    os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")
    import great_expectations as gx  # noqa: PLC0415 only where a mart is proved
    from great_expectations.expectations import core  # noqa: PLC0415 likewise

    context = gx.get_context(mode="ephemeral")
    # The setter wants the plain form of what the getter gives.
    context.variables.progress_bars = {"globally": False, "metric_calculations": False}  # type: ignore[assignment]
    kinds = {
        "not_null": core.ExpectColumnValuesToNotBeNull,
        "in_set": core.ExpectColumnValuesToBeInSet,
        "between": core.ExpectColumnValuesToBeBetween,
        "not_below": _not_below(core),
    }
    asset = context.data_sources.add_pandas("frames").add_dataframe_asset("marts")
    return gx, kinds, asset.add_batch_definition_whole_dataframe("all")


def _not_below(core: Any) -> Any:
    def made(**given: Any) -> Any:
        return core.ExpectColumnPairValuesAToBeGreaterThanB(
            or_equal=True, ignore_row_if="either_value_is_missing", **given
        )

    return made
