"""The units behind a scope in each structure view: which part of them, who carries on, who not.

As reported, a snapshot of any age can be asked.
"""

from typing import TYPE_CHECKING, Any

from dashboards.view import AS_REPORTED, SAME_UNITS, TODAY

if TYPE_CHECKING:
    from dashboards.provenance.asked import Asked

SCOPE_UNITS = """
    SELECT duty.* FROM core.duty AS duty
    WHERE duty.period = $period AND duty.owes AND CASE $level
        WHEN 'unit' THEN duty.unit_code = $scope
        WHEN 'county' THEN duty.county_code = $scope AND duty.level <> 'city'
        WHEN 'county_level' THEN concat(duty.county_code, '/', duty.level) = $scope
        WHEN 'level' THEN duty.level = $scope
        WHEN 'kind' THEN duty.unit_kind = $scope
        WHEN 'system' THEN duty.leading_system = $scope
        ELSE TRUE END
"""
"""The units of a scope as they reported."""
SEEN = (
    "($counties IS NULL OR list_contains($counties, duty.county_code))"
    " AND ($mine IS NULL OR list_contains($mine, duty.unit_code))"
)
"""Whether the reader may see a unit."""
PLACED_UNITS = """
    SELECT duty.*, placed.part, placed.heirs
    FROM (
        SELECT unit_code, sum(coalesce(share_to - share_from, 1)) AS part,
            list(DISTINCT heir_code ORDER BY heir_code) AS heirs
        FROM core.view_scope
        WHERE view = 'today' AND period = $period AND scope_level = $level AND scope_code = $scope
        GROUP BY unit_code
    ) AS placed
    JOIN core.duty AS duty ON duty.period = $period AND duty.unit_code = placed.unit_code
"""
"""The units whose past stands in a scope today."""
SAME = """
    SELECT scoped.* REPLACE (scoped.is_used AND past.is_used AS is_used)
    FROM ({units}) AS scoped
    JOIN core.same_unit AS same ON same.period = $period AND same.compare_to = $compare_to
        AND same.unit_code = scoped.unit_code
    JOIN core.duty AS past ON past.period = $compare_to AND past.unit_code = scoped.unit_code
"""
UNITS = {
    AS_REPORTED: SCOPE_UNITS,
    TODAY: PLACED_UNITS,
    SAME_UNITS: SAME.format(units=SCOPE_UNITS),
}
PART = {TODAY: "CAST(duty.part AS DOUBLE), duty.heirs"}
IN_BOTH = {
    SAME_UNITS: """
        SEMI JOIN (
            SELECT unit_code FROM marts.indicator_part
            WHERE period = $compare_to AND indicator = $name
                AND numerator IS NOT NULL AND denominator > 0
        ) AS past ON past.unit_code = duty.unit_code
    """
}
"""An indicator counts a unit among the same ones where it is used in both quarters."""
LEFT_OUT = """
    SELECT duty.unit_code, duty.unit_name, duty.why, {seen}
    FROM (
        SELECT now.unit_code, now.unit_name, now.county_code,
            CASE WHEN past.owes THEN 'changed' ELSE 'no_past' END AS why
        FROM ({now}) AS now
        LEFT JOIN core.duty AS past
            ON past.period = $compare_to AND past.unit_code = now.unit_code
        UNION ALL
        SELECT past.unit_code, past.unit_name, past.county_code, 'ended' AS why
        FROM ({then}) AS past
        ANTI JOIN (SELECT unit_code FROM core.duty WHERE period = $period AND owes) AS now
            ON now.unit_code = past.unit_code
    ) AS duty
    ANTI JOIN (
        SELECT unit_code FROM core.same_unit WHERE period = $period AND compare_to = $compare_to
    ) AS same ON same.unit_code = duty.unit_code
    ORDER BY 1
"""


MOVED = f"""
    SELECT duty.unit_code, duty.unit_name, 100 * CAST(duty.part AS DOUBLE), duty.heirs
    FROM ({PLACED_UNITS}) AS duty
    WHERE {SEEN} AND (duty.part < 1 OR duty.heirs <> [duty.unit_code])
    ORDER BY 1
"""  # noqa: S608


def scope_units(asked: "Asked") -> str:
    """The SELECT of the units behind the scope."""
    return UNITS[asked.under.name]


def moved(asked: "Asked") -> list[dict[str, Any]]:
    """The units whose past is carried on by others, or in part, with the per cent of it."""
    names = ("unit_code", "unit_name", "part", "heirs")
    return [dict(zip(names, row, strict=True)) for row in asked.rows(MOVED)]


def left_out(asked: "Asked") -> dict[str, Any]:
    """Which units of the scope do not count among the same ones, and why; none in other views."""
    if asked.under.name != SAME_UNITS:
        return {"left_out": [], "left_out_hidden": 0}
    then = SCOPE_UNITS.replace("$period", "$compare_to")
    rows = asked.rows(LEFT_OUT.format(now=SCOPE_UNITS, then=then, seen=SEEN))
    named = [
        {"unit_code": code, "unit_name": name, "why": why} for code, name, why, seen in rows if seen
    ]
    return {"left_out": named, "left_out_hidden": len(rows) - len(named)}
