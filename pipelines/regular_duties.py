"""履责日历 for people: what each unit had to do, what is done, overdue or due soon."""

from pathlib import Path
from typing import Any

from models.period import Period
from pipelines.opened import opened
from pipelines.warehouse import exists

STATES = ("overdue", "due_soon", "unreported", "done", "not_due")
"""In the order of urgency."""
CALENDAR = """
SELECT calendar.unit_code, duty.unit_name, duty.county_code, calendar.duty, calendar.zh,
    calendar.cadence, calendar.norm, calendar.uom, calendar.expected::DOUBLE AS expected,
    calendar.done::DOUBLE AS done, calendar.state, calendar.due_date, calendar.taken_from,
    calendar.position
FROM marts.duty_calendar AS calendar
INNER JOIN core.duty AS duty
    ON calendar.period = duty.period AND calendar.unit_code = duty.unit_code
WHERE calendar.period = $period AND ($unit IS NULL OR calendar.unit_code = $unit)
    AND ($county IS NULL OR duty.county_code = $county)
ORDER BY calendar.unit_code, calendar.position
"""


def calendar(
    warehouse: Path, period: Period, unit: str | None = None, county: str | None = None
) -> list[dict[str, Any]]:
    """The duties of the units in a quarter, one row a unit and duty."""
    if not warehouse.exists():
        return []
    with opened(warehouse) as con:
        if not exists(con, "marts.duty_calendar"):
            return []
        asked = con.execute(CALENDAR, {"period": str(period), "unit": unit, "county": county})
        names = [column[0] for column in asked.description or ()]
        return [dict(zip(names, row, strict=True)) for row in asked.fetchall()]


def by_duty(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """How many units stand where, duty by duty, in the order of the catalogue."""
    found: dict[int, dict[str, Any]] = {}
    for row in rows:
        line = found.setdefault(
            row["position"], {"duty": row["duty"], "zh": row["zh"], **dict.fromkeys(STATES, 0)}
        )
        line[row["state"]] += 1
    return [found[position] for position in sorted(found)]
