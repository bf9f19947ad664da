"""本年累计: an indicator of what happens in a quarter, over the quarters of the year so far."""

from typing import Any

from dashboards.privacy import is_guarded
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
    is_open = asked.reader.sees_small_groups or asked.is_own
    if TABLE not in asked.tables or (is_guarded(indicator, asked.catalogue.fields) and not is_open):
        return None
    rows = asked.rows(YEAR, name=indicator.id)
    return dict(zip(NAMES, map(number, rows[0]), strict=True)) if rows else None
