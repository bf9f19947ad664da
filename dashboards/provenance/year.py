"""本年累计: an indicator of what happens in a quarter, over the quarters of the year so far."""

from typing import Any

from dashboards.provenance.asked import Asked, number
from models.spec.indicator import Indicator

TABLE = "marts.year_to_date"
YEAR = f"""
    SELECT value, numerator, denominator, units_expected, units_used FROM {TABLE}
    WHERE indicator = $name AND scope_code = $scope AND period = $period AND view = $view
        AND scope_level = $level
"""  # noqa: S608
NAMES = ("value", "numerator", "denominator", "units_expected", "units_used")


def year_to_date(asked: Asked, indicator: Indicator) -> dict[str, Any] | None:
    """Value, sides and units; None of a stock, and where few persons might be told of."""
    if TABLE not in asked.tables or asked.hides(indicator.id):
        return None
    rows = asked.rows(YEAR, name=indicator.id)
    return dict(zip(NAMES, map(number, rows[0]), strict=True)) if rows else None
