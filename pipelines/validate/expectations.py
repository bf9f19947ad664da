"""Great Expectations at arm's length: suites in, (part, row, field) out."""

import os

os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")  # before the import below reads it

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from types import new_class
from typing import Any, ClassVar

import great_expectations as gx
import pandas as pd
from great_expectations.execution_engine import PandasExecutionEngine
from great_expectations.expectations import core
from great_expectations.expectations.expectation import MulticolumnMapExpectation
from great_expectations.expectations.metrics.map_metric_provider import (
    MulticolumnMapMetricProvider,
    multicolumn_condition_partial,
)
from pydantic.v1 import PrivateAttr

from pipelines.frames import Frames, Source
from pipelines.validate.checkpoint import NOT_DUE, BrokenRuleError, Expected, Named
from pipelines.validate.plan import fails, kinds_of, part_named

_current: list[Frames] = []
"""The tables of the batch being judged; expectations are values and cannot hold a connection."""


class PartHolds(MulticolumnMapMetricProvider):
    """The metric: for every row, whether a part of a rule holds (or is not evaluated)."""

    condition_metric_name = "multicolumn_values.part_holds"
    condition_value_keys = ("part", "quarter", "rows_of")

    @multicolumn_condition_partial(engine=PandasExecutionEngine)  # type: ignore[untyped-decorator]
    def _pandas(cls, column_list: pd.DataFrame, **kwargs: Any) -> pd.Series:  # noqa: N805
        failing = _failing_rows(kwargs["part"], kwargs["quarter"], kwargs["rows_of"])
        return ~column_list["row_id"].isin(failing)


class ExpectPartToHold(MulticolumnMapExpectation):
    """Expect a part of a catalogue rule to hold, by its compiled formula."""

    part: str
    quarter: int
    rows_of: str

    map_metric: ClassVar[str] = "multicolumn_values.part_holds"
    success_keys: ClassVar[tuple[str, ...]] = ("part", "quarter", "rows_of", "mostly")
    args_keys: ClassVar[tuple[str, ...]] = ("column_list", "part", "quarter", "rows_of")


ROWS = {
    "result_format": "COMPLETE",
    "unexpected_index_column_names": ["row_id"],
    "exclude_unexpected_values": True,
}


def _settled(kind: Any) -> Any:
    """A kind of expectation that works out its configuration once.

    The library asks every expectation for it eighty times, a quarter of the time of a judgement.
    """

    def configuration(self: Any) -> Any:
        if self._configuration is None:
            self._configuration = kind.configuration.fget(self)
        return self._configuration

    body = {"configuration": property(configuration), "_configuration": PrivateAttr(None)}
    return new_class(f"{kind.__name__}Settled", (kind,), exec_body=lambda new: new.update(body))


KINDS = {
    "formula": _settled(ExpectPartToHold),
    "not_null": _settled(core.ExpectColumnValuesToNotBeNull),
    "regex": _settled(core.ExpectColumnValuesToMatchRegex),
    "not_regex": _settled(core.ExpectColumnValuesToNotMatchRegex),
    "strftime": _settled(core.ExpectColumnValuesToMatchStrftimeFormat),
    "in_set": _settled(core.ExpectColumnValuesToBeInSet),
    "between": _settled(core.ExpectColumnValuesToBeBetween),
}


def _failing_rows(part: str, quarter: int, table: str) -> set[str]:
    """One query for one part, apart from the combined one that finds the cells."""
    frames = _current[-1]
    catalogue = frames.catalogue
    item = part_named(catalogue, part)
    source = Source(table)
    condition = fails(catalogue, item, quarter, source)
    row = f"concat_ws(':', s.submission_id, {source.line})"
    # Some conditions look over all rows (windows), which a WHERE cannot.
    found = frames.con.execute(
        f"SELECT row_id FROM (SELECT {row} AS row_id, {condition} AS fails FROM {source.sql}) "  # noqa: S608
        "WHERE fails"
    ).fetchall()
    return {each for (each,) in found}


def run_suites(
    tables: Mapping[str, pd.DataFrame],
    suites: Mapping[str, Sequence[tuple[str, dict[str, Any]]]],
    frames: Frames,
) -> tuple[set[Named], tuple[Expected, ...]]:
    """Validate every table against its suite; return what failed, and what was expected."""
    context = gx.get_context(mode="ephemeral")
    # The setter wants the plain form of what the getter gives.
    context.variables.progress_bars = {"globally": False, "metric_calculations": False}  # type: ignore[assignment]
    source = context.data_sources.add_pandas("frames")
    _current.append(frames)
    try:
        named: set[Named] = set()
        results: list[Expected] = []
        for table, frame in tables.items():
            wanted = [each for each in suites[table] if _is_there(each, frame)]
            if not wanted or frame.empty:
                continue
            made = [_expectation(*each) for each in wanted]
            failed = _validated(source, table, frame, made)
            results += _results(wanted, _Table(table, frame, frames), failed)
            named |= failed
        return named, tuple(results)
    finally:
        _current.pop()


def _results(
    wanted: Sequence[tuple[str, dict[str, Any]]], table: "_Table", failed: set[Named]
) -> Iterator[Expected]:
    unexpected = Counter((part, field) for part, _, field in failed)
    for kind, arguments in wanted:
        part, field = arguments["meta"]["part"], arguments["meta"]["field"]
        looked_at = table.looked_at(kind, arguments)
        yield Expected(kind, part, table.name, field, looked_at, unexpected[part, field])


class _Table:
    """How many rows of a table an expectation looks at."""

    def __init__(self, name: str, frame: pd.DataFrame, frames: Frames) -> None:
        self.name, self._frame, self._catalogue = name, frame, frames.catalogue
        self._by_kind = dict(
            frames.con.execute(
                f"SELECT s.unit_kind, count(*) FROM {Source(name).sql} GROUP BY 1"  # noqa: S608
            ).fetchall()
        )

    def looked_at(self, kind: str, arguments: Mapping[str, Any]) -> int:
        """A part is asked of the units it concerns; of a column empty cells are passed over."""
        if kind == "formula":
            item = part_named(self._catalogue, arguments["part"])
            kinds = kinds_of(self._catalogue, item, arguments["quarter"])
            return sum(self._by_kind.get(each, 0) for each in kinds)
        column = self._frame[arguments["column"]]
        return int((column.ne(NOT_DUE) if kind == "not_null" else column.notna()).sum())


def _is_there(each: tuple[str, dict[str, Any]], frame: pd.DataFrame) -> bool:
    """A field that nobody owes this quarter has no column."""
    column = each[1].get("column")
    return column is None or (
        (column in frame.columns and bool(frame[column].notna().any()))
        or (column in frame.columns and column.endswith("|needed"))
    )


def _expectation(kind: str, arguments: dict[str, Any]) -> Any:
    of_rows = {"column_list": ["row_id", "submission_id"], "ignore_row_if": "never"}
    return KINDS[kind](**(of_rows if kind == "formula" else {}), **arguments)


def _validated(
    source: Any, table: str, frame: pd.DataFrame, wanted: list[Any]
) -> set[tuple[str, str, str]]:
    """First only which expectations fail, then, for those, which rows: rows are what costs."""
    definition = source.add_dataframe_asset(table).add_batch_definition_whole_dataframe("all")
    batch = definition.get_batch({"dataframe": frame})

    def run(expectations: list[Any], result_format: dict[str, Any]) -> list[Any]:
        suite = gx.ExpectationSuite(name=table, expectations=expectations)
        return list(batch.validate(suite, result_format=result_format).results)

    first = run(wanted, {"result_format": "BOOLEAN_ONLY"})
    failed = [each.expectation_config.meta for each in first if not each.success]
    again = [each for each in wanted if each.meta in failed]
    if not again:
        return set()
    return {name for each in run(again, ROWS) for name in _named(each)}


def _named(result: Any) -> set[tuple[str, str, str]]:
    meta = result.expectation_config.meta
    if result.success:
        return set()
    rows = result.result.get("unexpected_index_list")
    if not rows:
        raise BrokenRuleError(f"{meta}: {result.exception_info}")
    # Without the values themselves, the library answers with one list of ids for each column.
    return {(meta["part"], each, meta["field"]) for row in rows for each in row["row_id"]}
