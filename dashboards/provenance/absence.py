"""Why a snapshot holds no such number: told to whoever may see everything in it.

Others are told that there is none and no more: a reason would say what a scope holds.
"""

from typing import TYPE_CHECKING

from dashboards.view import SAME_UNITS
from models.catalogue_model import Catalogue

if TYPE_CHECKING:
    from dashboards.provenance.asked import Asked

QUARTERS = "SELECT period FROM core.period ORDER BY 1"
OWED = """
    SELECT bool_or(period = $period AND owes), any_value(unit_name) FROM core.duty
    WHERE unit_code = $scope
"""
GROUPS = "SELECT DISTINCT unnest([unit_kind, leading_system]) FROM core.duty"


def why_none(asked: "Asked", name: str) -> tuple[str, dict[str, object]]:
    """The line that says why, and what fills it."""
    quarters = [row[0] for row in asked.rows(QUARTERS)]
    fills: dict[str, object] = {"name": name, "scope": asked.scope, "period": asked.period}
    if asked.period not in quarters:
        return "no_quarter_held", {**fills, "first": quarters[0], "last": quarters[-1]}
    ((owes, unit_name),) = asked.rows(OWED)
    if unit_name is None and not _is_group(asked):
        return "no_scope", fills
    if unit_name is not None and not owes:
        return "unit_not_owing", {**fills, "unit_name": unit_name}
    return _why_not_counted(asked, name, fills)


def _why_not_counted(
    asked: "Asked", name: str, fills: dict[str, object]
) -> tuple[str, dict[str, object]]:
    """The scope is there, in this quarter: then it is the number that is none."""
    if asked.under.name == SAME_UNITS and asked.under.compare_to is None:
        return "none_compared", fills
    if (field := asked.catalogue.fields.get(name)) and (field.alias or field.enum):
        return ("column_of_list" if field.alias else "choice_alone"), {**fills, "zh": field.zh}
    if not _is_due(asked.catalogue, name, int(asked.period[5])):
        return "name_not_due", fills
    return "no_value", {**fills, "indicator": name}


def _is_group(asked: "Asked") -> bool:
    county, _, level = asked.scope.partition("/")
    structure = asked.catalogue.structure
    levels = {one.id for one in structure.levels}
    places = {structure.city.code, *asked.catalogue.counties}
    if county in places:
        return not level or level in levels
    return asked.scope in levels or (asked.scope,) in asked.rows(GROUPS)


def _is_due(catalogue: Catalogue, name: str, quarter: int) -> bool:
    """Whether the quarter asks for it; an index is counted in every one."""
    if name in catalogue.indicators:
        return quarter in catalogue.indicators[name].quarters
    entry = catalogue.fields.get(name.partition("=")[0])
    if entry is None:
        return True
    return any(entry in catalogue.fields_for(kind, quarter) for kind in catalogue.unit_kinds)
