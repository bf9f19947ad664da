"""Whose return is not approved, and what is in its way: told to who approves or locks."""

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import Connection

from models.period import Period
from pipelines.judging.quarter_findings import BLOCKING, open_findings
from pipelines.quarter.status import UnitStatus

DONE = ("waived", "city_approved", "locked")
IN_THE_WAY = "differs"
"""Ready but for a finding of the whole quarter, which its unit or a reviewer has to answer."""


def unapproved(
    registry: Connection, period: Period, units: Iterable[UnitStatus], county: str | None = None
) -> Mapping[str, Sequence[str]]:
    """State (`campaign.state_*`) -> names of those of the units, of a county or of all."""
    stopped = {
        row["unit_code"]
        for row in open_findings(registry, str(period))
        if row["severity"] in BLOCKING
    }
    left: dict[str, list[str]] = {}
    for each in units:
        if _is_left(each, county):
            state = IN_THE_WAY if _is_stopped(each, stopped) else each.state
            left.setdefault(state, []).append(each.unit.unit_name)
    return left


def _is_left(each: UnitStatus, county: str | None) -> bool:
    if each.state in DONE:
        return False
    if county is None:
        return True
    own = each.unit.county_code == county and each.unit.level != "city"
    return own and each.state != "county_approved"


def _is_stopped(each: UnitStatus, stopped: set[str]) -> bool:
    return each.state in ("ready", "county_approved") and each.unit.unit_code in stopped
