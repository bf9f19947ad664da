"""Indices and dimensions counted again from printed indicators, by the method as it is written.

The indicators are audited numbers themselves: here they are taken as printed.
"""

import math
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

import duckdb

from models.catalogue_model import Catalogue
from tests.unit.models.sql.indices_at_hand import score_of

VALUES = """
    SELECT indicator, period, value, TRUE FROM marts.indicator_value
    WHERE view = $view AND scope_level = $level AND scope_code = $code AND compare_to IS NULL
        AND period BETWEEN $first AND $period
"""
OF_SAME = """
    SELECT c.indicator, c.period, {side}, c.is_comparable FROM marts.indicator_change AS c
    WHERE scope_level = $level AND scope_code = $code AND period BETWEEN $first AND $period
        AND kind = (SELECT any_value(kind) FROM core.same_unit
            WHERE period = $period AND compare_to = $compare_to)
"""
SIDES = {"same_units": "value_now", "same_units_then": "value_then"}
WITHOUT = """
    SELECT count(*) > 0 AND count(*) = count(*) FILTER (WHERE denominator = 0)
    FROM marts.indicator_part
    WHERE indicator = $indicator AND period = $period AND list_contains($units, unit_code)
"""


@dataclass(frozen=True)
class Where:
    """A scope and quarter in a structure view."""

    level: str
    code: str
    period: str
    view: str
    compare_to: str | None


class Indices:
    """What a snapshot prints of indicators, scored and averaged in plain loops."""

    def __init__(
        self,
        con: duckdb.DuckDBPyConnection,
        catalogue: Catalogue,
        units_of: Callable[[Where], Collection[str]],
    ) -> None:
        self._con = con
        self._catalogue = catalogue
        self._units_of = units_of

    def composite(self, name: str, where: Where) -> tuple[Any, ...]:
        """(value,): none without all dimensions."""
        known = [self.dimension(f"{name}/{each}", where)[0] for each in self._parts(name)]
        if None in known:
            return (None,)
        return (math.prod(max(value, 1) for value in known) ** (1 / len(known)),)

    def dimension(self, name: str, where: Where) -> tuple[Any, ...]:
        """(value, indicators that apply, indicators with a score) of `X1/X1V` or `P1/P1.2`."""
        owner, _, part = name.partition("/")
        told = [self._told(each, where) for each in self._parts(owner)[part]]
        scores = [score for score, _ in told if score is not None]
        applicable = sum(applies for _, applies in told)
        enough = scores and 2 * len(scores) >= applicable
        return sum(scores) / len(scores) if enough else None, applicable, len(scores)

    def _parts(self, owner: str) -> dict[str, tuple[str, ...]]:
        if owner in self._catalogue.composites:
            return {d.id: d.indicators for d in self._catalogue.composites[owner].dimensions}
        axes = self._catalogue.profiles[owner].axes
        return {f"{owner}.{n}": axis.indicators for n, axis in enumerate(axes, start=1)}

    def _told(self, name: str, where: Where) -> tuple[float | None, bool]:
        """(score, whether it applies); not asked now, the last value of the year stands in."""
        rows = self._values(name, where)
        known = [value for value, is_same in rows.values() if value is not None and is_same]
        value, is_same = rows.get(where.period, (known[-1] if known else None, bool(known)))
        if value is not None and is_same:
            return score_of(self._catalogue.indicators[name], float(value)), True
        return None, is_same and not self._is_without(name, where)

    def _values(self, name: str, where: Where) -> dict[str, tuple[Any, bool]]:
        """Quarter -> (value, whether both quarters define it alike), oldest first."""
        side = SIDES.get(where.view) if where.compare_to else None
        sql = OF_SAME.format(side=side) if side else VALUES
        first = f"{where.period[:4]}Q1"
        given = {**vars(where), "first": first}
        used = {key: value for key, value in given.items() if f"${key}" in sql}
        rows = self._con.execute(sql, used).fetchall()
        return {period: (value, bool(same)) for each, period, value, same in sorted(rows, key=str)
                if each == name}  # fmt: skip

    def _is_without(self, name: str, where: Where) -> bool:
        """Whether every unit that reported has nothing of the kind."""
        is_then = where.view == "same_units_then"
        period = where.compare_to if is_then else where.period
        given = {"indicator": name, "period": period, "units": sorted(self._units_of(where))}
        return bool(self._con.execute(WITHOUT, given).fetchall()[0][0])
