"""Small groups are persons: what must not be printed is taken out here, before anything draws.

A count of persons from 1 to 4 in a guarded field is printed as `<5`; where a printed total would
give it back, another cell goes too; a rate on 1 to 4 cases, or on fewer than 10, is not
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
CITY_LEVEL = "city"
Place = tuple[int, int]
"""Row and column."""
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


def is_few(numerator: Cell, denominator: Cell, limits: PrivacyLimits) -> bool:
    """Whether a rate is on so few cases or persons that it is not printed."""
    return is_small(numerator, limits) or (
        denominator is not None and denominator < limits.denominator_below
    )


def suppressed(table: Sequence[Sequence[Cell]], limits: PrivacyLimits) -> list[list[bool]]:
    """Say which cells of a table with printed row and column totals must be hidden.

    Small cells first; then, as long as a row or column has exactly one hidden cell, or hidden ones
    that are small together, one more, since the total would give them back: in a row the part that
    stands next to them, in a column the smallest.
    """
    hidden = [[is_small(cell, limits) for cell in row] for row in table]
    while _complement(table, hidden, limits):
        pass
    return hidden


def _complement(
    table: Sequence[Sequence[Cell]], hidden: list[list[bool]], limits: PrivacyLimits
) -> bool:
    """Hide one more cell where a line tells its hidden ones; say whether any was hidden."""
    rows = [[(r, c) for c in range(len(row))] for r, row in enumerate(table)]
    columns = [list(line) for line in zip(*rows, strict=True)]
    for line in rows + columns:
        closed = [(r, c) for r, c in line if hidden[r][c]]
        if closed and (cell := _next_hidden(table, line, closed, limits)):
            hidden[cell[0]][cell[1]] = True
            return True
    return False


def _next_hidden(
    table: Sequence[Sequence[Cell]], line: Sequence[Place], closed: Sequence[Place],
    limits: PrivacyLimits,
) -> Place | None:  # fmt: skip
    """The cell that goes with the hidden ones of its line, if one must."""
    is_told = is_small(sum(table[r][c] or 0 for r, c in closed), limits)
    counted = [
        (value == 0, min(abs(c - other) for _, other in closed), value, (r, c))
        for r, c in line
        if (r, c) not in closed and (value := table[r][c]) is not None
    ]
    if len(closed) > 1:  # a 0 more would not make a small sum larger
        counted = [cell for cell in counted if is_told and not cell[0]]
    # A cell above 0 before a 0, which protects least.
    return min(counted)[-1] if counted else None


def guard_totals(
    totals: pl.DataFrame, guarded: frozenset[str], reader: Reader, limits: PrivacyLimits
) -> pl.DataFrame:
    """Blank sums of guarded fields that are small, or that stand for less than a county."""
    own = pl.col("scope").is_in(sorted(reader.units or ()))
    small = pl.col("total").is_between(limits.small_from, limits.small_to)
    hides = pl.col("field").is_in(sorted(guarded)) & ~own & (small | _is_below_county())
    hidden = hides.fill_null(value=False) & pl.lit(not reader.sees_small_groups)
    return totals.with_columns(total=pl.when(hidden).then(None).otherwise(pl.col("total")))


def _is_below_county() -> pl.Expr:
    """Whether a row stands for less than a county; the organs of the city count as one."""
    level_of_county = (pl.col("scope_level") == "county_level") & ~pl.col("scope").str.ends_with(
        f"/{CITY_LEVEL}"
    )
    return (pl.col("scope_level") == "unit") | level_of_county


def guard_rates(
    rows: pl.DataFrame,
    guarded: frozenset[str],
    reader: Reader,
    limits: PrivacyLimits,
    beside: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """Blank what a reader must not see; `is_hidden` says where.

    Guarded indicators are shown for counties and above: of a unit only to the unit itself, and of
    the two levels of a county not at all, since the county less the one is the other. `beside` has
    the keys of rows to hide that are not few themselves.
    """
    small = pl.col("numerator").is_between(limits.small_from, limits.small_to)
    few = pl.col("denominator") < limits.denominator_below
    own = pl.col("scope").is_in(sorted(reader.units or ()))
    below_county = _is_below_county() & ~own
    open_to_reader = pl.lit(reader.sees_small_groups)
    hides = (
        pl.col("indicator").is_in(sorted(guarded))
        & ~open_to_reader
        & (below_county | (~own & (small | few | _is_among(rows, beside))))
    )
    marked = rows.with_columns(is_hidden=hides.fill_null(value=False))
    blanked = [
        pl.when(pl.col("is_hidden")).then(None).otherwise(pl.col(name)).alias(name)
        for name in ("numerator", "denominator", "value", "previous")
        if name in rows.columns
    ]
    return marked.with_columns(blanked)


def _is_among(rows: pl.DataFrame, beside: pl.DataFrame | None) -> pl.Expr:
    """Which rows have the keys of one of the others."""
    if beside is None:
        return pl.lit(value=False)
    keys = set(beside.rows())
    found = [row in keys for row in rows.select(beside.columns).iter_rows()]
    return pl.lit(pl.Series(found, dtype=pl.Boolean))
