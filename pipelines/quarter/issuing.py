"""`sanji issue`: a workbook for every unit that owes a return, recorded before it leaves."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection

from models.catalogue_model import Catalogue
from models.closing import as_owed
from models.period import Period
from models.units import Directory
from pipelines.catalogues.of_quarters import quarter_catalogues
from pipelines.issue import Past, inherited, pasts, plan_issue, prefill
from pipelines.issue.write import Planned, write_all
from pipelines.judging.foreseeing import foreseen
from pipelines.records.duties import Duty, add_duty, duties, freeze, is_frozen
from pipelines.records.duties import planned as planned_duties
from pipelines.records.events import unit_events
from pipelines.records.issues import add_issues, issue_count
from pipelines.records.quarters import open_period
from pipelines.records.units import directory
from pipelines.settings import Home
from pipelines.workbook.token import site_key


class NoSuchUnitError(Exception):
    """The unit owes no return for the quarter."""


def issue_period(
    home: Home,
    registry: Connection,
    catalogue: Catalogue,
    period: Period,
    at: datetime,
    *,
    unit_code: str | None = None,
    out: Path | None = None,
    done: Callable[[int, int], None] = lambda *_: None,
) -> list[Path]:
    """Plan, record and write the workbooks; return where they are.

    Raises:
        NoSuchUnitError: `unit_code` owes no return for the quarter.
    """
    units = directory(registry)
    owing = _owing(home, registry, catalogue, period, at, units, unit_code)
    if unit_code is not None and unit_code not in owing:
        raise NoSuchUnitError(unit_code)
    open_period(registry, period, at)
    past, counts = pasts(home.warehouse, catalogue, period), issue_count(registry, period)
    known = inherited(past, catalogue, unit_events(registry), period)
    folder = out or home.issued / str(period)
    planned: dict[str, list[Planned]] = {}
    for code, duty in owing.items():
        if unit_code in {None, code}:
            mine = as_owed(catalogue, duty.form_set)
            each = plan_issue(
                mine,
                site_key(home.key),
                duty.unit,
                period,
                prefill(mine, duty.unit, period, units, known.get(code, Past())),
                number=counts.get(code, 0) + 1,
                at=at,
            )
            planned.setdefault(mine.form_set, []).append(each)
    add_issues(registry, [each.issue for some in planned.values() for each in some])
    ready = [
        each
        for form_set, some in planned.items()
        for each in foreseen(as_owed(catalogue, form_set), units, some)
    ]
    jobs = [(folder / each.issue.file_name, each) for each in ready]
    write_all(jobs, catalogue.root, lambda count: done(count, len(jobs)))
    return [path for path, _ in jobs]


def _owing(
    home: Home,
    registry: Connection,
    catalogue: Catalogue,
    period: Period,
    at: datetime,
    units: Directory,
    unit_code: str | None,
) -> dict[str, Duty]:
    """Who owes a return: as frozen, now if that was not done; a late unit that is named.

    A unit that ended within the quarter owes what closes it.
    """
    campaign = catalogue.campaign
    if not is_frozen(registry, period):
        freeze(registry, campaign, period, at, units)
    elif unit_code is not None and unit_code not in duties(registry, campaign, period, units):
        late = planned_duties(units, campaign, period).get(unit_code)
        if late is not None:
            add_duty(registry, late, at)
    return {
        code: duty
        for code, duty in duties(registry, campaign, period, units).items()
        if duty.is_owed or (duty.is_closing and _knows_closing(home, registry, catalogue, period))
    }


def _knows_closing(home: Home, registry: Connection, catalogue: Catalogue, period: Period) -> bool:
    """Whether what closes a unit is judged as such: a published quarter keeps its catalogue."""
    if catalogue.campaign.closing is None:
        return False
    own = quarter_catalogues(home, registry, catalogue).of(str(period))
    return own.campaign.closing is not None
