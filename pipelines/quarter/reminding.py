"""催报名单: who still has to do what for a quarter, by the committee that is to be told."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select

from models.catalogue_model import Catalogue
from models.period import Period, add_working_days, end_of, working_days_between
from models.registry import decision, finding, receipt
from pipelines.extract.store import load_files
from pipelines.quarter.status import UnitStatus, unit_statuses
from pipelines.records.duties import duties
from pipelines.records.quarters import in_force
from pipelines.settings import Home

CITY = "city"
"""The city's own units are reminded one by one, not through a county."""

ANSWERED = ("returned", "explain")
"""The unit was told of findings and has some days to send again."""

TO_DO = ("missing", *ANSWERED)


@dataclass(frozen=True)
class Reminder:
    """What one unit still has to do, and until when."""

    unit_code: str
    unit_name: str
    level: str
    county_code: str
    group: str
    addressed_to: str
    state: str
    due_at: datetime
    days_left: int
    is_extended: bool
    todo: str


@dataclass(frozen=True)
class Waiting:
    """What a state is made of: counts of findings, reasons of returns, files held."""

    findings: Mapping[tuple[str, str], int]
    returned: Mapping[str, tuple[datetime, str]]
    held: Mapping[str, str]


def reminders(
    home: Home, registry: Connection, catalogue: Catalogue, period: Period, at: datetime
) -> list[Reminder]:
    """Who has to do something, in the order of groups: 市直 first, then county by county."""
    units = unit_statuses(registry, catalogue, period)
    waiting = Waiting(
        findings=_open_findings(registry, [each.submission_id for each in units]),
        returned=_sent_back(registry, period),
        held=_still_held(units, held_files(home, registry, period)),
    )
    names = _committees(registry, catalogue, period)
    found = [
        _reminder(catalogue, each, waiting, names, at)
        for each in units
        if each.state in TO_DO or (each.duty.is_owed and each.unit.unit_code in waiting.held)
    ]
    return sorted(found, key=lambda each: (each.group != CITY, each.group, each.unit_code))


def _still_held(
    units: Iterable[UnitStatus], held: Mapping[str, tuple[datetime, str]]
) -> dict[str, str]:
    """Leave out what a file that was taken in later has settled."""
    came = {each.unit.unit_code: each.received_at for each in units}
    return {
        code: why
        for code, (at, why) in held.items()
        if code in came and ((last := came[code]) is None or last < at)
    }


def held_files(home: Home, registry: Connection, period: Period) -> dict[str, tuple[datetime, str]]:
    """Code -> since when and why its file is kept and not taken in; by what the file says."""
    rows = registry.execute(
        select(receipt.c.file_sha256, receipt.c.received_at, receipt.c.reason)
        .where(receipt.c.outcome == "held")
        .order_by(receipt.c.receipt_id)
    )
    reasons = {row.file_sha256: (row.received_at, row.reason or "") for row in rows}
    if not reasons:
        return {}
    metas = {
        row["file_sha256"]: json.loads(row["meta"])
        for row in load_files(home.cells, reasons).iter_rows(named=True)
    }
    return {
        meta["unit_code"]: reasons[sha256]
        for sha256, meta in metas.items()
        if meta.get("period") == str(period) and "unit_code" in meta
    }


def text_of(catalogue: Catalogue, period: Period, found: Iterable[Reminder], at: datetime) -> str:
    """The list as a text that can be pasted into messages, one paragraph for each addressee."""
    groups: dict[str, list[Reminder]] = {}
    for each in found:
        groups.setdefault(each.group, []).append(each)
    say, spoken = catalogue.say, period_zh(catalogue, period)
    if not groups:
        return say("campaign.nobody", period=spoken) + "\n"
    parts = []
    for group in groups.values():
        head = "campaign.text_city" if group[0].group == CITY else "campaign.text_county"
        to = group[0].addressed_to
        lines = [say(head, to=to, period=spoken, count=len(group))]
        lines += [
            say("campaign.text_line", number=number, unit=each.unit_name, todo=each.todo)
            for number, each in enumerate(group, start=1)
        ]
        lines.append(say("campaign.text_foot", day=f"{at:%Y-%m-%d}"))
        parts.append("\n".join(lines))
    return "\n\n".join(parts) + "\n"


def period_zh(catalogue: Catalogue, period: Period) -> str:
    """2026Q3 as people say it."""
    return catalogue.say("campaign.period", year=period.year, quarter=period.quarter)


def _reminder(
    catalogue: Catalogue,
    each: UnitStatus,
    waiting: Waiting,
    committees: Mapping[str, str],
    at: datetime,
) -> Reminder:
    unit, say = each.unit, catalogue.say
    group = CITY if unit.level == CITY else unit.county_code
    due = _due(catalogue, each, waiting)
    left = working_days_between(at.date(), due.date(), catalogue.campaign)
    state = "held" if unit.unit_code in waiting.held else each.state
    return Reminder(
        unit_code=unit.unit_code,
        unit_name=unit.unit_name,
        level=unit.level,
        county_code=unit.county_code,
        group=group,
        addressed_to=committees.get(group, say("campaign.no_committee", group=group)),
        state=state,
        due_at=due,
        days_left=left,
        is_extended=each.duty.is_extended,
        todo=say(
            f"campaign.todo_{state}",
            due=f"{due:%Y-%m-%d}",
            left=left_zh(catalogue, left, is_over=at > due),
            must=waiting.findings.get((each.submission_id or "", "must"), 0),
            verify=waiting.findings.get((each.submission_id or "", "verify"), 0),
            why=_why(catalogue, each, waiting),
        ),
    )


def left_zh(catalogue: Catalogue, left: int, *, is_over: bool) -> str:
    """How many working days are left, or are over."""
    if is_over:
        return catalogue.say("campaign.overdue", days=-left)
    return catalogue.say("campaign.days_left" if left else "campaign.today", days=left)


def _due(catalogue: Catalogue, each: UnitStatus, waiting: Waiting) -> datetime:
    """The deadline; for what was answered, some working days after the answer if that is later."""
    if each.state not in ANSWERED or each.received_at is None:
        return each.due
    back, _ = waiting.returned.get(each.submission_id or "", (each.received_at, ""))
    campaign = catalogue.campaign
    again = add_working_days(back.date(), campaign.returned_within, campaign)
    return max(each.due, end_of(again))


def _why(catalogue: Catalogue, each: UnitStatus, waiting: Waiting) -> str:
    if each.unit.unit_code in waiting.held:
        return waiting.held[each.unit.unit_code]
    _, why = waiting.returned.get(each.submission_id or "", (None, ""))
    return catalogue.say("campaign.reviewer_said", why=why) if why else ""


def _open_findings(registry: Connection, ids: Iterable[str | None]) -> dict[tuple[str, str], int]:
    wanted = {each for each in ids if each}
    rows = registry.execute(
        select(finding.c.submission_id, finding.c.severity, func.count().label("open"))
        .where(finding.c.status == "open")
        .group_by(finding.c.submission_id, finding.c.severity)
    )
    return {
        (row.submission_id, row.severity): row.open for row in rows if row.submission_id in wanted
    }


def _sent_back(registry: Connection, period: Period) -> dict[str, tuple[datetime, str]]:
    """Submission -> when a person returned it last, and why."""
    rows = registry.execute(
        select(decision.c.submission_id, decision.c.decided_at, decision.c.why)
        .where(decision.c.period == str(period), decision.c.action == "return", in_force())
        .order_by(decision.c.decision_id)
    )
    return {row.submission_id: (row.decided_at, row.why) for row in rows}


def _committees(registry: Connection, catalogue: Catalogue, period: Period) -> dict[str, Any]:
    """Group -> the name of the working committee that is told."""
    kinds = {"city_wc": CITY, "county_wc": None}
    return {
        kinds[unit.unit_kind] or unit.county_code: unit.unit_name
        for unit in (duty.unit for duty in duties(registry, catalogue.campaign, period).values())
        if unit.unit_kind in kinds
    }
