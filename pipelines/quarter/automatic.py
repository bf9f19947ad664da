"""What a schedule does when a task is due: the same steps a clerk takes by hand, and no others.

It freezes, issues, writes the list of reminders, and says what is missing at a deadline. It never
approves and never locks: that needs people.
"""

from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, select

from models.catalogue_model import Catalogue
from models.period import Period
from models.registry import decision
from pipelines.quarter.campaign import Task
from pipelines.quarter.granting import freeze
from pipelines.quarter.issuing import issue_period
from pipelines.quarter.reminder_book import write_reminders
from pipelines.quarter.reminding import period_zh, reminders, text_of
from pipelines.quarter.status import UnitStatus, unit_statuses
from pipelines.records.duties import planned
from pipelines.records.quarters import in_force
from pipelines.records.units import directory
from pipelines.settings import Home

LISTED = ("missing", "returned", "explain")


def carry_out(
    home: Home, registry: Connection, catalogue: Catalogue, task: Task, at: datetime
) -> dict[str, int | str]:
    """Do what is due; return what was done, for people to read."""
    if task.what == "freeze":
        return _freeze(registry, catalogue, task.period, at)
    if task.what == "issue":
        paths = (
            issue_period(home, registry, catalogue, task.period, at)
            if _owe(registry, catalogue, task.period)
            else []
        )
        return {"workbooks": len(paths), "folder": str(paths[0].parent) if paths else ""}
    if task.what == "remind":
        return _remind(home, registry, catalogue, task.period, at)
    return _close(home, registry, catalogue, task, at)


def reminder_paths(home: Home, catalogue: Catalogue, period: Period, at: datetime) -> list[Path]:
    """Where a day's list goes, as workbook and as text."""
    name = catalogue.say("campaign.file_remind", period=period, day=f"{at:%Y-%m-%d}")
    folder = home.reminders / str(period)
    return [folder / f"{name}.xlsx", folder / f"{name}.txt"]


def _owe(registry: Connection, catalogue: Catalogue, period: Period) -> bool:
    """Whether the directory knows anybody who owes a return."""
    return bool(planned(directory(registry), catalogue.campaign, period))


def _freeze(
    registry: Connection, catalogue: Catalogue, period: Period, at: datetime
) -> dict[str, int | str]:
    if not _owe(registry, catalogue, period):
        return {"owed": 0}
    by, why = catalogue.say("campaign.system"), catalogue.say("campaign.by_calendar")
    frozen = freeze(registry, catalogue.campaign, period, by, at, why)
    return {"owed": len(frozen.added), "closing": len(frozen.closing)}


def _remind(
    home: Home, registry: Connection, catalogue: Catalogue, period: Period, at: datetime
) -> dict[str, int | str]:
    found = reminders(home, registry, catalogue, period, at)
    if not found:
        return {"reminded": 0, "folder": ""}
    book, text = reminder_paths(home, catalogue, period, at)
    write_reminders(book, catalogue, period, found, at)
    text.write_text(text_of(catalogue, period, found, at), encoding="utf-8")
    return {"reminded": len(found), "folder": str(book.parent)}


def _close(
    home: Home, registry: Connection, catalogue: Catalogue, task: Task, at: datetime
) -> dict[str, int | str]:
    said = closing_text(registry, catalogue, task, at)
    name = catalogue.say("campaign.file_close", period=task.period, day=f"{at:%Y-%m-%d}")
    path = home.reminders / str(task.period) / f"{name}.txt"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(said, encoding="utf-8")
    return {"said": said, "folder": str(path.parent)}


def closing_text(registry: Connection, catalogue: Catalogue, task: Task, at: datetime) -> str:
    """What is missing at a deadline: returns, approvals, signatures of the lock; names in full."""
    say, campaign = catalogue.say, catalogue.campaign
    units = unit_statuses(registry, catalogue, task.period)
    lines = [
        say("campaign.close_head", period=period_zh(catalogue, task.period),
            steps="、".join(campaign.step(each).zh for each in task.steps), day=f"{at:%Y-%m-%d}")
    ]  # fmt: skip
    kinds = {kind for each in task.steps for kind in campaign.step(each).kinds}
    for state in LISTED:
        due = [u for u in units if not kinds or u.unit.unit_kind in kinds]
        lines.append(_named(catalogue, say(f"campaign.state_{state}"), due, (state,)))
    if "county_approval" in task.steps:
        waiting = [u for u in units if u.unit.level != "city"]
        lines.append(_named(catalogue, say("campaign.close_county"), waiting, ("ready",)))
    if {"city_review", "lock"} & set(task.steps):
        open_ = ("ready", "county_approved")
        lines.append(_named(catalogue, say("campaign.close_city"), units, open_))
    if "lock" in task.steps:
        lines.append(_signed(registry, catalogue, task.period))
    return "\n".join(lines) + "\n"


def _named(
    catalogue: Catalogue, what: str, units: list[UnitStatus], states: tuple[str, ...]
) -> str:
    names = [each.unit.unit_name for each in units if each.state in states]
    said = "、".join(names) or catalogue.say("campaign.none")
    return catalogue.say("campaign.close_line", what=what, count=len(names), names=said)


def _signed(registry: Connection, catalogue: Catalogue, period: Period) -> str:
    names = registry.execute(
        select(decision.c.decided_by).where(
            decision.c.period == str(period), decision.c.action == "lock", in_force()
        )
    ).scalars()
    said = "、".join(names) or catalogue.say("campaign.none")
    return catalogue.say("campaign.close_lock", period=period, names=said)
