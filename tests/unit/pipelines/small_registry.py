"""A registry with a few units of two counties and whatever they sent; no files."""

from datetime import date, datetime

from sqlalchemy import insert

from models.period import Period
from models.registry import receipt, submission
from models.units import UnitVersion
from pipelines.records.duties import freeze
from pipelines.records.quarters import open_period
from pipelines.records.units import directory, replace_directory

P = Period(2026, 3)
OPENED = datetime(2026, 9, 20, 9)
ON_TIME = datetime(2026, 10, 12, 15)
LATE = datetime(2026, 10, 20, 9)
CITY_WC, CITY_ORGAN = "330700100010", "330700100028"
COUNTY_WC, ORGAN, TOWN = "330702200016", "330702200024", "330702300014"
OTHER_WC, OTHER_TOWN = "330703200015", "330703300013"
KINDS = {
    CITY_WC: "city_wc",
    CITY_ORGAN: "city_organ",
    COUNTY_WC: "county_wc",
    ORGAN: "county_organ",
    TOWN: "township",
    OTHER_WC: "county_wc",
    OTHER_TOWN: "township",
}
LEVELS = {"1": "city", "2": "county", "3": "township"}


def unit(code, *, ends=None, begins=date(2024, 1, 1), **changes):
    """A unit as the directory knows it; `ends` is the first day on which it is no more."""
    values = {
        "unit_code": code,
        "valid_from": begins,
        "valid_to": ends,
        "unit_name": f"单位{code[-5:]}(样例)",
        "short_name": f"单位{code[-5:]}",
        "level": LEVELS[code[6]],
        "unit_kind": KINDS.get(code, "township"),
        "county_code": code[:6],
        "party_org_type": 1,
        "party_group_type": "党组",
        "coord_parent_code": None,
        "party_parent_code": "样例",
        "leading_system": "综合",
        "reports_from": begins,
        "reports_to": ends,
        "contact_office": "样例",
    }
    return UnitVersion(**{**values, **changes})


def city(registry, *, opened=True, campaign=None, units=None):
    """Put the directory in, and open the quarter with its duties frozen."""
    replace_directory(registry, units or [unit(code) for code in KINDS])
    if opened:
        open_period(registry, P, OPENED)
    if campaign is not None:
        freeze(registry, campaign, P, OPENED, directory(registry))


def sent(
    registry,
    code,
    *,
    at=ON_TIME,
    verdict="accepted",
    status=None,
    version=1,
    current=True,
    period=P,
):
    """Record a submission as intake leaves it; return its id."""
    made = registry.execute(
        insert(receipt)
        .values(
            received_at=at,
            door="cli",
            original_name=f"{code}.xlsx",
            file_sha256=f"{code}-{period}-{version}",
            size=1,
            outcome="submitted",
        )
        .returning(receipt.c.receipt_id)
    ).scalar_one()
    submission_id = f"{code}-{period}-v{version}"
    state = "returned" if verdict == "returned" else "received"
    registry.execute(
        insert(submission).values(
            submission_id=submission_id,
            unit_code=code,
            period=str(period),
            version=version,
            received_at=at,
            file_sha256=f"{code}-{period}-{version}",
            receipt_id=made,
            issue_id="i",
            status=status or state,
            verdict=verdict,
            judged_by="test",
            is_current=current,
        )
    )
    return submission_id
