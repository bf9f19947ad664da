"""环比 and 同比 of a number: over the same units in both quarters, or why it is not compared."""

from typing import Any

from dashboards.provenance.asked import Asked, number
from dashboards.view import TODAY
from models.period import Period

BACK = {"previous": -1, "year": -4}
"""How many quarters back each kind looks."""
OF_GROUP = """
    SELECT compare_to, value_now, value_then, change, is_comparable, units_expected, units_same
    FROM marts.indicator_change
    WHERE period = $period AND indicator = $name AND scope_level = $level AND scope_code = $scope
"""
IS_SAME = "coalesce(present.mark, '') = coalesce(former.mark, '')"
"""Whether both quarters have one definition."""
SIDES = f"""
    now.value, past.value, CASE WHEN {IS_SAME} THEN now.value - past.value END, {IS_SAME}
"""
DEFINED = """
    LEFT JOIN core.definition AS present
        ON present.period = $period AND present.indicator = $name
    LEFT JOIN core.definition AS former
        ON former.period = {then} AND former.indicator = $name
"""
OF_UNIT = f"""
    SELECT same.compare_to, {SIDES}, 1,
        CAST(now.value IS NOT NULL AND past.value IS NOT NULL AS INTEGER)
    FROM core.same_unit AS same
    JOIN {{mart}} AS now ON now.period = same.period AND now.scope_code = same.unit_code
    JOIN {{mart}} AS past
        ON past.period = same.compare_to AND past.scope_code = same.unit_code
        AND past.{{key}} = now.{{key}}
    {DEFINED.format(then="same.compare_to")}
    WHERE same.period = $period AND same.unit_code = $scope AND now.{{key}} = $name
        AND now.view = 'as_reported' AND past.view = 'as_reported'
        AND now.scope_level = 'unit' AND past.scope_level = 'unit'
"""  # noqa: S608
INDEX_OF_GROUP = f"""
    SELECT now.compare_to, {SIDES}, now.units_expected, now.units_used
    FROM marts.composite_value AS now
    JOIN marts.composite_value AS past
        USING (period, compare_to, scope_level, scope_code, composite)
    {DEFINED.format(then="now.compare_to")}
    WHERE now.period = $period AND now.composite = $name AND now.scope_level = $level
        AND now.scope_code = $scope AND now.view = 'same_units' AND past.view = 'same_units_then'
"""  # noqa: S608
NEEDED = frozenset({"core.same_unit", "marts.indicator_change", "core.definition"})
"""Tables that a snapshot made by an earlier program may lack."""


def changes(asked: Asked, name: str) -> list[dict[str, Any]]:
    """What became of an indicator since last quarter, and since the same quarter of last year."""
    of_unit = OF_UNIT.format(mart="marts.indicator_value", key="indicator")
    return _told(asked, name, of_unit if asked.level == "unit" else OF_GROUP)


def index_changes(asked: Asked, name: str) -> list[dict[str, Any]]:
    """The same for an index."""
    of_unit = OF_UNIT.format(mart="marts.composite_value", key="composite")
    return _told(asked, name, of_unit if asked.level == "unit" else INDEX_OF_GROUP)


def _told(asked: Asked, name: str, sql: str) -> list[dict[str, Any]]:
    """One entry a kind; none in today's structure, where the past is told as it would be now."""
    if asked.under.name == TODAY:
        return []
    is_told = asked.tables >= NEEDED
    found = {row[0]: row[1:] for row in asked.rows(sql, name=name)} if is_told else {}
    held = {row[0] for row in asked.rows("SELECT period FROM core.period")} if is_told else set()
    told = []
    for kind, back in BACK.items():
        then = str(Period.parse(asked.period).shifted(back))
        row = found.get(then)
        state = _state(row) if then in held else "no_quarter" if is_told else "not_held"
        told.append({"kind": kind, "compare_to": then, "state": state, **_sides(row)})
    return told


def _state(row: tuple[Any, ...] | None) -> str:
    """`compared`, or why not."""
    if row is None:
        return "none_same"
    now, then, _, is_comparable, *_ = row
    if now is None or then is None:
        return "no_value"
    return "compared" if is_comparable else "definition"


def _sides(row: tuple[Any, ...] | None) -> dict[str, Any]:
    now, then, change, _, expected, same = row or (None, None, None, None, 0, 0)
    return {
        "value_now": number(now),
        "value_then": number(then),
        "change": number(change),
        "units_expected": expected,
        "units_same": same,
    }
