"""Great Expectations at arm's length: suites in, (part, row, field) out."""

import os

os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")  # before the import below reads it

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

import great_expectations as gx
import pandas as pd
import polars as pl
from great_expectations.execution_engine import PandasExecutionEngine
from great_expectations.expectations import core
from great_expectations.expectations.expectation import MulticolumnMapExpectation
from great_expectations.expectations.metrics.map_metric_provider import (
    MulticolumnMapMetricProvider,
    multicolumn_condition_partial,
)

from pipelines.settled_kinds import settled
from pipelines.validate.checkpoint import BrokenRuleError, Expected
from pipelines.validate.stacks import FIXED, Named, Rows, Stack

NOT_DUE = "·"

_current: list[Rows] = []
"""The rows of the batch being judged; expectations are values and cannot hold a connection."""


class PartsHold(MulticolumnMapMetricProvider):
    """The metric: for every part and row, whether the part holds there (or is not evaluated)."""

    condition_metric_name = "multicolumn_values.parts_hold"

    @multicolumn_condition_partial(engine=PandasExecutionEngine)  # type: ignore[untyped-decorator]
    def _pandas(cls, column_list: pd.DataFrame, **_: Any) -> pd.Series:  # noqa: N805
        failing = _current[-1].failing
        pairs = zip(column_list["part"], column_list["row_id"], strict=True)
        return pd.Series([pair not in failing for pair in pairs], index=column_list.index)


class ExpectPartsToHold(MulticolumnMapExpectation):
    """Expect parts of catalogue rules to hold, each by its compiled formula."""

    map_metric: ClassVar[str] = "multicolumn_values.parts_hold"


BRIEFLY = {"result_format": "BOOLEAN_ONLY"}
ROWS = {
    "result_format": "COMPLETE",
    "unexpected_index_column_names": ["place"],
    "exclude_unexpected_values": True,
}


KINDS = {
    "formula": settled(ExpectPartsToHold),
    "not_null": settled(core.ExpectColumnValuesToNotBeNull),
    "regex": settled(core.ExpectColumnValuesToMatchRegex),
    "not_regex": settled(core.ExpectColumnValuesToNotMatchRegex),
    "strftime": settled(core.ExpectColumnValuesToMatchStrftimeFormat),
    "in_set": settled(core.ExpectColumnValuesToBeInSet),
    "between": settled(core.ExpectColumnValuesToBeBetween),
}


def run_suites(stacks: Sequence[Stack], rows: Rows) -> tuple[set[Named], tuple[Expected, ...]]:
    """Validate stacks of cells and the rows of parts; return what failed, and what was expected."""
    context = gx.get_context(mode="ephemeral")
    # The setter wants the plain form of what the getter gives.
    context.variables.progress_bars = {"globally": False, "metric_calculations": False}  # type: ignore[assignment]
    source = context.data_sources.add_pandas("frames")
    named: set[Named] = set()
    results: list[Expected] = []
    for some in _of_one_type(stacks):
        failed = _stacked(source, some)
        results += [each for stack in some for each in _of_cells(rows, stack, failed)]
        named |= failed
    failed = _formulas(source, rows)
    return named | failed, (*results, *_of_rows(rows, failed))


def _of_one_type(stacks: Sequence[Stack]) -> list[list[Stack]]:
    """Texts apart from numbers: the library slices whole frames, which is cheap in one block."""
    found: dict[bool, list[Stack]] = {}
    for each in stacks:
        found.setdefault(each.column.dtype == pl.String, []).append(each)
    return list(found.values())


def _stacked(source: Any, stacks: Sequence[Stack]) -> set[Named]:
    """The cells that the native expectations name."""
    height = max(each.column.len() for each in stacks)
    if not height:
        return set()
    wanted = [
        KINDS[each.asked.kind](column=str(n), meta={"stack": n}, **dict(each.asked.arguments))
        for n, each in enumerate(stacks)
    ]
    columns = {str(n): _padded(each, height) for n, each in enumerate(stacks)}
    found: set[Named] = set()
    for meta, places in _unexpected(source, str(stacks[0].column.dtype), columns, wanted):
        stack = stacks[meta["stack"]]
        found |= {(stack.asked.part, *stack.cells.row(place)[:2]) for place in places}
    return found


def _padded(stack: Stack, height: int) -> pl.Series:
    """The column of a stack, below which stands what no expectation looks at."""
    filler = NOT_DUE if stack.asked.kind == "not_null" else None
    column = stack.column
    return column.extend(pl.Series([filler] * (height - column.len()), dtype=column.dtype))


def _of_cells(rows: Rows, stack: Stack, failed: set[Named]) -> Iterator[Expected]:
    """What was expected of each field whose cells stand in a stack."""
    asked, fields = stack.asked, rows.frames.catalogue.fields
    looked_at = Counter(stack.cells["field"])
    unexpected = Counter(field for part, _, field in failed if part == asked.part)
    for name in stack.owed:
        table = (fields[name].alias if name else None) or FIXED
        yield Expected(asked.kind, asked.part, table, name, looked_at[name], unexpected[name])


def _formulas(source: Any, rows: Rows) -> set[Named]:
    """The rows that fail a part by its formula."""
    if rows.pairs.is_empty():
        return set()
    columns = rows.pairs.to_dict()
    parts = KINDS["formula"](column_list=list(columns), ignore_row_if="never", meta={})
    _current.append(rows)
    try:
        found = _unexpected(source, "rows", columns, [parts])
    finally:
        _current.pop()
    return {(*rows.pairs.row(place), "") for _, places in found for place in places}


def _of_rows(rows: Rows, failed: set[Named]) -> Iterator[Expected]:
    unexpected = Counter(part for part, _, _ in failed)
    for item, looked_at in rows.looked_at():
        yield Expected("formula", item.id, item.table, "", looked_at, unexpected[item.id])


def _unexpected(
    source: Any, name: str, columns: Mapping[str, pl.Series], wanted: list[Any]
) -> list[tuple[dict[str, Any], list[int]]]:
    """First only which expectations fail, then, for those, where: places are what costs."""
    definition = source.add_dataframe_asset(name).add_batch_definition_whole_dataframe("all")
    batch = definition.get_batch({"dataframe": _in_one_block(columns)})

    def run(expectations: list[Any], result_format: dict[str, Any]) -> list[Any]:
        suite = gx.ExpectationSuite(name=name, expectations=expectations)
        return list(batch.validate(suite, result_format=result_format).results)

    failed = [each.expectation_config.meta for each in run(wanted, BRIEFLY) if not each.success]
    again = [each for each in wanted if each.meta in failed]
    return [_places(each) for each in run(again, ROWS) if not each.success] if again else []


def _in_one_block(columns: Mapping[str, pl.Series]) -> pd.DataFrame:
    values = pl.DataFrame(columns).to_numpy()
    index = pd.RangeIndex(len(values), name="place")
    return pd.DataFrame(values, columns=list(columns), index=index, dtype=values.dtype)


def _places(result: Any) -> tuple[dict[str, Any], list[int]]:
    meta = result.expectation_config.meta
    rows = result.result.get("unexpected_index_list")
    if not rows:
        raise BrokenRuleError(f"{meta}: {result.exception_info}")
    # Without the values themselves, the library answers with one list of places.
    return meta, [place for row in rows for place in row["place"]]
