"""The second opinion: every batch passes Great Expectations, and both must name the same rows.

Type, requirement, range, code and pattern rules are native expectations over what was typed; the
other parts are one custom expectation. Imported only where a batch is judged: the library takes
seconds to load.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import polars as pl
from sqlglot import exp

from models.catalogue_model import Catalogue
from models.expression import parse
from models.period import Period
from models.spec.form import Field, FieldType
from models.spec.rule import Moment
from pipelines.batch import Batch
from pipelines.frames import Frames, column_of
from pipelines.validate.batch import Failure, Judgement
from pipelines.validate.evaluated import Counts, evaluations
from pipelines.validate.plan import SUBMISSIONS, Judged, bound, judged_parts, parts_of

if TYPE_CHECKING:  # slow to import
    import pandas as pd

Named = tuple[str, str, str]
"""Part id, row id (`submission` or `submission:line`), field (for rules about cells)."""

FIXED = "s"
NOT_DUE = "·"


class BrokenRuleError(Exception):
    """The two opinions differ, or the library crashed: our own fault, never a unit's finding."""


@dataclass(frozen=True)
class Expected:
    """One expectation as judged: what kind, of which part, on which table and field.

    `evaluated` counts the rows or cells that the library looked at, `unexpected` those it named.
    """

    kind: str
    part: str
    table: str
    field: str
    evaluated: int
    unexpected: int


@dataclass(frozen=True)
class Checkpoint:
    """What the gate found, and on how many things each rule was evaluated in each submission."""

    moment: Moment
    results: tuple[Expected, ...]
    evaluated: Counts


def second_opinion(judgement: Judgement, batch: Batch) -> Checkpoint:
    """Judge the batch again with Great Expectations; return what was expected of it.

    Raises:
        BrokenRuleError: the rows named differ from those of `judge`, or an expectation crashed.
    """
    moment = judgement.moment
    if batch.submissions.is_empty():
        return Checkpoint(moment, (), {})
    from pipelines.validate.expectations import run_suites  # noqa: PLC0415 seconds to import

    tables = {table: frame_of(judgement, batch, table) for table in _tables(batch, moment)}
    suites = {table: suite_of(batch, table, moment) for table in tables}
    named, results = run_suites(tables, suites, judgement.frames)
    ours = {_name(failure) for failure in judgement.failures}
    if named != ours:
        raise BrokenRuleError(
            f"only the rules: {sorted(ours - named)[:5]}; only the gate: {sorted(named - ours)[:5]}"
        )
    return Checkpoint(moment, results, evaluations(judgement.frames, batch, moment))


def _tables(batch: Batch, moment: Moment) -> Iterable[str]:
    of_submissions = (SUBMISSIONS,) if moment is Moment.QUARTER else ()
    return (FIXED, *batch.catalogue.aliases, *of_submissions)


def _name(failure: Failure) -> Named:
    row = (
        failure.submission_id if failure.line is None else f"{failure.submission_id}:{failure.line}"
    )
    return failure.item.id, row, failure.field or ""


def frame_of(judgement: Judgement, batch: Batch, table: str) -> "pd.DataFrame":
    """A wide frame: one row a submission, or a line of a list; plain texts, numbers, flags."""
    frames = judgement.frames
    if judgement.moment is Moment.QUARTER:
        return _with_bounded(_rows(frames, table), batch, table, judgement)
    line = "line IS NULL" if table == FIXED else f"field LIKE '{table}.%'"
    cells = frames.con.sql(
        "SELECT submission_id, line, field, plain, CAST(number AS DOUBLE) AS number, "  # noqa: S608
        f"is_required, is_typical, is_text, formula_intact FROM c WHERE {line}"
    ).pl()
    keys = cells.select(
        pl.when(pl.col("line").is_null())
        .then(pl.col("submission_id"))
        .otherwise(pl.format("{}:{}", "submission_id", "line"))
        .alias("row_id"),
        pl.all(),
    )
    wide = keys.select("row_id", "submission_id").unique(maintain_order=True)
    for name, (concerns, value) in _columns().items():
        shown = keys.filter(pl.col("field").is_in(_fields(frames.catalogue, concerns)))
        if shown.is_empty():
            continue
        part = shown.with_columns(value.alias("shown")).pivot(
            on="field", index="row_id", values="shown", aggregate_function="first"
        )
        part = part.rename({column: f"{column}|{name}" for column in part.columns[1:]})
        wide = wide.join(part, on="row_id", how="left")
    # A cell that a kind of unit does not have is not missing.
    needed = pl.col("^.*[|]needed$")
    filled = wide.with_columns(needed.fill_null(NOT_DUE).replace("", None))
    return _with_bounded(filled, batch, table, judgement)


def _rows(frames: Frames, table: str) -> pl.DataFrame:
    """The rows of a table, by id."""
    line = "" if table in {FIXED, SUBMISSIONS} else ", line"
    found: pl.DataFrame = frames.con.sql(
        f"SELECT concat_ws(':', submission_id{line}) AS row_id, submission_id FROM {table}"  # noqa: S608
    ).pl()
    return found


def _with_bounded(
    wide: pl.DataFrame, batch: Batch, table: str, judgement: Judgement
) -> "pd.DataFrame":
    """Add the columns that the plain bounds of rules look at."""
    names = {name for name, _ in bounds(batch, judgement.moment).values()} if table == FIXED else ()
    if names:
        columns = ", ".join(
            f'CAST({column_of(name)} AS DOUBLE) AS "{name}|bounded"' for name in sorted(names)
        )
        found = judgement.frames.con.sql(f"SELECT submission_id, {columns} FROM s").pl()  # noqa: S608
        wide = wide.join(found, on="submission_id", how="left")
    return _in_one_block(wide)


def bounds(batch: Batch, moment: Moment) -> dict[str, tuple[str, dict[str, Any]]]:
    """Part id -> the column and the bounds, where a part only compares a column with a number."""
    found = {}
    for item in parts_of(batch.catalogue, FIXED, moment, batch.period):
        bound_of = _plain_bound(batch.catalogue, item)
        if bound_of is not None:
            found[item.id] = bound_of
    return found


def _plain_bound(catalogue: Catalogue, item: Judged) -> tuple[str, dict[str, Any]] | None:
    part = item.part
    is_plain = part.when is None and part.op in BOUNDS and not part.tolerance
    left = part.left or ""
    if not is_plain or {left} != parse(left).names() or parse(left).row_alias or "(" in left:
        return None
    right = bound(catalogue, part.right or "").tree
    if not isinstance(right, exp.Literal) or right.is_string:
        return None
    if item.rule.only is not None and not left.startswith("sys."):
        return None
    return left, {name: float(right.name) for name in BOUNDS[part.op or ""]} | STRICT.get(
        part.op or "", {}
    )


BOUNDS = {
    "=": ("min_value", "max_value"),
    ">=": ("min_value",),
    "<=": ("max_value",),
    ">": ("min_value",),
    "<": ("max_value",),
}
STRICT: dict[str, dict[str, Any]] = {">": {"strict_min": True}, "<": {"strict_max": True}}


def _in_one_block(wide: pl.DataFrame) -> "pd.DataFrame":
    """All texts in one block, all numbers in another: the library slices all columns often."""
    import pandas as pd  # noqa: PLC0415 slow to import

    texts = wide.select(pl.col(pl.String))
    numbers = wide.select(pl.exclude(pl.String).cast(pl.Float64))
    blocks = [
        pd.DataFrame(some.to_numpy(), columns=some.columns, dtype=kind)
        for some, kind in ((texts, object), (numbers, float))
    ]
    return pd.concat(blocks, axis=1)


def _columns() -> dict[str, tuple[str, pl.Expr]]:
    """What fields show to the native expectations: which fields, and what of them."""
    return {
        "typed": ("typed", pl.col("plain")),
        # Where nothing is required a mark stands for the value, so that only the rest may be null.
        "needed": (
            "needed",
            pl.when(pl.col("is_required"))
            .then(pl.col("plain").fill_null(""))
            .otherwise(pl.lit(NOT_DUE)),
        ),
        "usual": ("usual", pl.when(pl.col("is_typical")).then(pl.col("number"))),
        "text": ("text", pl.when(pl.col("is_text")).then(pl.col("plain"))),
        "intact": ("computed", pl.col("formula_intact")),
    }


def _fields(catalogue: Catalogue, concerns: str) -> list[str]:
    tests: dict[str, Callable[[Field], bool]] = {
        "typed": lambda field: field.formula is None and field.type != "text",
        "needed": lambda field: field.formula is None and field.required != "no",
        "usual": lambda field: field.formula is None and field.typical is not None,
        "text": lambda field: field.type == "text",
        "computed": lambda field: field.formula is not None,
    }
    return [name for name, field in catalogue.fields.items() if tests[concerns](field)]


def suite_of(batch: Batch, table: str, moment: Moment) -> list[tuple[str, dict[str, Any]]]:
    """(expectation name, arguments with `meta`) for every part judged on a table."""
    at_receipt = moment is Moment.RECEIPT
    found = list(_native(batch.catalogue, table, batch.period)) if at_receipt else []
    plain = bounds(batch, moment) if table == FIXED else {}
    for item in parts_of(batch.catalogue, table, moment, batch.period):
        meta = {"part": item.id, "field": ""}
        if item.id in plain:
            name, limits = plain[item.id]
            found.append(("between", {"column": f"{name}|bounded", **limits, "meta": meta}))
        else:
            arguments = {"part": item.id, "quarter": batch.period.quarter, "rows_of": table}
            found.append(("formula", {**arguments, "meta": meta}))
    return found


@cache
def _native(
    catalogue: Catalogue, table: str, period: Period
) -> Sequence[tuple[str, dict[str, Any]]]:
    alias = None if table == FIXED else table
    return tuple(
        (kind, {**arguments, "meta": {"part": item.id, "field": field.qualified}})
        for item in judged_parts(catalogue, Moment.RECEIPT, period)
        if item.rule.each
        for field in catalogue.fields.values()
        if field.alias == alias
        for kind, arguments in _expected(catalogue, item, field)
    )


def _expected(
    catalogue: Catalogue, item: Judged, field: Field
) -> Iterable[tuple[str, dict[str, Any]]]:
    """The native expectation that says a rule about cells for one field, if it concerns it."""
    name = field.qualified
    computed = field.formula is not None
    match item.rule.each:
        case "required" if not computed and field.required != "no":
            yield "not_null", {"column": f"{name}|needed"}
        case "typical" if field.typical and not computed:
            low, high = field.typical
            yield "between", {"column": f"{name}|usual", "min_value": low, "max_value": high}
        case "formula" if computed:
            yield "in_set", {"column": f"{name}|intact", "value_set": [1]}
        case "text" if field.type == "text":
            pattern = catalogue.vocabulary.patterns["ID_OR_MOBILE"]
            yield "not_regex", {"column": f"{name}|text", "regex": pattern}
        case measure if measure == field.type and not computed:
            yield _of_its_type(catalogue, field)


def _of_its_type(catalogue: Catalogue, field: Field) -> tuple[str, dict[str, Any]]:
    """The expectation that what was typed can be read as the field's type."""
    column = f"{field.qualified}|typed"
    match field.type:
        case FieldType.INT:
            return "regex", {"column": column, "regex": r"^[0-9]+(?:\.0*)?$"}
        case FieldType.DECIMAL:
            return "regex", {"column": column, "regex": r"^[0-9]+(?:\.[0-9]{1,2})?$"}
        case FieldType.DATE:
            return "strftime", {"column": column, "strftime_format": "%Y-%m-%d"}
        case _:
            codes = [str(code) for code in catalogue.codes[field.enum or ""]]
            return "in_set", {"column": column, "value_set": codes}
