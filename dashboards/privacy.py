"""Small groups are persons: what must not be printed is taken out here, before anything draws.

A count of persons from 1 to 4 in a guarded field is printed as `<5`; where a printed total would
give it back, the next smallest cell goes too; a rate on 1 to 4 cases, or on fewer than 10, is not
printed at all.
"""

import re
from collections.abc import Mapping, Sequence

import polars as pl

from dashboards.reader import Reader
from models.spec.dashboard import PrivacyLimits
from models.spec.form import Field
from models.spec.indicator import Indicator

Cell = float | None
NAME = re.compile(r"[a-z][a-z0-9_]*(?:\.[a-z0-9_]+)?")


def is_guarded_field(field: Field) -> bool:
    """Whether the field may describe a few persons."""
    return field.sensitivity != "internal"


def is_guarded(indicator: Indicator, fields: Mapping[str, Field]) -> bool:
    """Whether any field in its formulas may describe a few persons."""
    names = NAME.findall(f"{indicator.numerator} {indicator.denominator}")
    return any(is_guarded_field(fields[name]) for name in names if name in fields)


def is_small(count: Cell, limits: PrivacyLimits) -> bool:
    return count is not None and limits.small_from <= count <= limits.small_to


def hides_rate(numerator: Cell, denominator: Cell, limits: PrivacyLimits) -> bool:
    """Whether a guarded rate says too much about too few."""
    few = denominator is not None and denominator < limits.denominator_below
    return few or is_small(numerator, limits)


def shown_count(count: Cell, limits: PrivacyLimits) -> str:
    """Print a guarded count."""
    if count is None:
        return ""
    return limits.small_text if is_small(count, limits) else f"{count:g}"


def suppressed(table: Sequence[Sequence[Cell]], limits: PrivacyLimits) -> list[list[bool]]:
    """Say which cells of a table with printed row and column totals must be hidden.

    Small cells first; then, as long as a row or column has exactly one hidden cell, its next
    smallest one, since the total would give the single one back.
    """
    hidden = [[is_small(cell, limits) for cell in row] for row in table]
    while _complement(table, hidden):
        pass
    return hidden


def _complement(table: Sequence[Sequence[Cell]], hidden: list[list[bool]]) -> bool:
    """Hide one more cell where a line has a single hidden one; say whether any was hidden."""
    rows = [[(r, c) for c in range(len(row))] for r, row in enumerate(table)]
    columns = [list(line) for line in zip(*rows, strict=True)]
    for line in rows + columns:
        if sum(hidden[r][c] for r, c in line) == 1:
            open_cells = [(table[r][c], r, c) for r, c in line if not hidden[r][c]]
            counted = [(value == 0, value, r, c) for value, r, c in open_cells if value is not None]
            if counted:  # a cell above 0 before a 0, which protects least
                _, _, r, c = min(counted)
                hidden[r][c] = True
                return True
    return False


def guard_totals(
    totals: pl.DataFrame, guarded: frozenset[str], reader: Reader, limits: PrivacyLimits
) -> pl.DataFrame:
    """Blank sums of guarded fields that are small, or that stand for one unit."""
    own = pl.col("scope").is_in(sorted(reader.units or ()))
    small = pl.col("total").is_between(limits.small_from, limits.small_to)
    hides = (
        pl.col("field").is_in(sorted(guarded)) & ~own & (small | (pl.col("scope_level") == "unit"))
    )
    hidden = hides.fill_null(value=False) & pl.lit(not reader.sees_small_groups)
    return totals.with_columns(total=pl.when(hidden).then(None).otherwise(pl.col("total")))


def guard_rates(
    rows: pl.DataFrame,
    guarded: frozenset[str],
    reader: Reader,
    limits: PrivacyLimits,
) -> pl.DataFrame:
    """Blank what a reader must not see; `is_hidden` says where.

    Guarded indicators are shown for counties and above: at unit scope only to the unit itself.
    """
    small = pl.col("numerator").is_between(limits.small_from, limits.small_to)
    few = pl.col("denominator") < limits.denominator_below
    own = pl.col("scope").is_in(sorted(reader.units or ()))
    at_unit = (pl.col("scope_level") == "unit") & ~own
    open_to_reader = pl.lit(reader.sees_small_groups)
    hides = (
        pl.col("indicator").is_in(sorted(guarded))
        & ~open_to_reader
        & (at_unit | (~own & (small | few)))
    )
    marked = rows.with_columns(is_hidden=hides.fill_null(value=False))
    blanked = [
        pl.when(pl.col("is_hidden")).then(None).otherwise(pl.col(name)).alias(name)
        for name in ("numerator", "denominator", "value", "previous")
        if name in rows.columns
    ]
    return marked.with_columns(blanked)
