"""报送进度 on one screen: counts by level and county, then who; long lists are cut with a count."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import typer

from models.catalogue_model import Catalogue
from models.period import Period, calendar, end_of, working_days_between
from pipelines.quarter.reminder_book import width
from pipelines.quarter.reminding import left_zh, period_zh
from pipelines.quarter.status import UnitStatus
from pipelines.quarter.unapproved import IN_THE_WAY

SCREEN, NAME_WIDE = 98, 16
LINES_OF_NAMES, MORE_WIDE = 3, 20
LAST, NOT_BEGUN = "lock", "not_begun"
AT_WORK = ("open", "correcting")
"""Where a deadline is still ahead of somebody, or behind."""
BEGINNING = ("freeze", "issue")
COLUMNS = {
    "owed": 8, "received": 8, "valid": 8, "on_time": 8, "complete": 10,
    "returned": 8, "not_received": 8, "waived": 8, "late": 8, "accepted": 8,
}  # fmt: skip
LEFT = ("missing", "returned", "explain", IN_THE_WAY, "received", "ready", "county_approved")
WHO = ("missing", "returned", "explain", "waived")


def tell_status(catalogue: Catalogue, period: Period, found: Mapping[str, Any]) -> None:
    """Print the progress of a quarter."""
    for line in status_lines(catalogue, period, found):
        typer.echo(line)


def status_lines(catalogue: Catalogue, period: Period, found: Mapping[str, Any]) -> list[str]:
    """The lines of the screen."""
    say = catalogue.say
    at = f"{found['at']:%Y-%m-%d %H:%M}"
    lines = [say("campaign.status_head", period=period_zh(catalogue, period), at=at)]
    lines += _quarter(catalogue, period, found["quarter"])
    if found.get("unfinished"):
        lines.append(say("campaign.unfinished", period=period))
    if found["quarter"]["state"] == NOT_BEGUN:
        return lines + _to_come(catalogue, period, found)
    if found["quarter"]["state"] in AT_WORK:
        lines += _deadlines(catalogue, period, found["at"])
    heads = "".join(_right(say(f"campaign.count_{name}"), wide) for name, wide in COLUMNS.items())
    lines.append(_left("") + heads)
    lines.append(_counts(catalogue.structure.city.zh, found))
    lines += [_counts(catalogue.levels[level][1], c) for level, c in found["by_level"].items()]
    lines += [
        _counts(catalogue.counties.get(county, county), counts)
        for county, counts in found["by_county"].items()
    ]
    for state in WHO:
        lines += _who(catalogue, say(f"campaign.state_{state}"), _names(found, state))
    lines += _who(catalogue, say("campaign.dropped"), _named(found, found["dropped"]))
    lines += _closing(catalogue, found)
    lines += _who(catalogue, say("campaign.affected", period=period), _affected(found))
    lines += say(f"campaign.foot_{found['quarter']['state']}", period=period).splitlines()
    return lines


def tell_left(catalogue: Catalogue, period: Period, left: Mapping[str, Sequence[str]]) -> None:
    """Print whose returns are not approved, by what is in the way."""
    for state in sorted(left, key=LEFT.index):
        what = catalogue.say(f"campaign.state_{state}")
        for line in _who(catalogue, catalogue.say("campaign.left", what=what), [*left[state]]):
            typer.echo(line)
    if IN_THE_WAY in left:
        typer.echo(catalogue.say("campaign.left_differs", period=period))


def tell_dropped(catalogue: Catalogue, units: Sequence[UnitStatus]) -> None:
    """Print whose published returns the next publication leaves out."""
    names = [each.unit.unit_name for each in units]
    for line in _who(catalogue, catalogue.say("campaign.dropped"), names):
        typer.echo(line)


def _to_come(catalogue: Catalogue, period: Period, found: Mapping[str, Any]) -> list[str]:
    """Of a quarter that has not begun: when it does, who will owe, and what to do now."""
    first = {each.step.id: each.first for each in calendar(period, catalogue.campaign)}
    days = [
        catalogue.say("campaign.to_come", zh=each.step.zh, day=each.first)
        for each in calendar(period, catalogue.campaign)
        if each.step.id in BEGINNING or each.step.kinds
    ]
    fills = {"period": period, "day": first["issue"], "owed": found["owed"]}
    key = "not_begun_due" if found["at"].date() >= first["issue"] else "not_begun_early"
    key = key if found["owed"] else "no_units"
    return [*days, catalogue.say("campaign.would_owe", **fills),
            catalogue.say(f"campaign.{key}", **fills)]  # fmt: skip


def _quarter(catalogue: Catalogue, period: Period, found: Mapping[str, Any]) -> list[str]:
    """Where the quarter itself stands, and which returns were corrected since its publication."""
    name = catalogue.say(f"campaign.quarter_{found['state']}")
    made = f"{found['made_at']:%Y-%m-%d %H:%M}" if found["made_at"] else ""
    key = "campaign.quarter_line" if found["snapshot"] else "campaign.quarter_alone"
    lines = [catalogue.say(key, state=name, snapshot=found["snapshot"], made=made)]
    lines += [
        catalogue.say("campaign.correction", **{**each, "at": f"{each['at']:%Y-%m-%d %H:%M}"})
        for each in found["corrections"]
    ]
    return lines + _packages(catalogue, period, found)


def _packages(catalogue: Catalogue, period: Period, found: Mapping[str, Any]) -> list[str]:
    """The archive packages, which of them are superseded, and whether another is due."""
    old = found["superseded"]
    lines = [
        catalogue.say(
            f"campaign.package_{'superseded' if each['number'] in old else 'in_force'}",
            **{**each, "at": f"{each['at']:%Y-%m-%d %H:%M}"},
        )
        for each in found["packages"]
    ]
    if old and len(old) == len(found["packages"]):
        lines.append(catalogue.say("campaign.archive_again", period=period))
    return lines


def _deadlines(catalogue: Catalogue, period: Period, at: datetime) -> list[str]:
    """Each deadline with the working days that are left, from the calendar."""
    lines = []
    for each in calendar(period, catalogue.campaign):
        if each.step.kinds or each.step.id == LAST:
            left = working_days_between(at.date(), each.first, catalogue.campaign)
            said = left_zh(catalogue, left, is_over=at > end_of(each.first))
            day = f"{each.first:%m-%d}"
            lines.append(catalogue.say("campaign.deadline", zh=each.step.zh, day=day, left=said))
    return lines


def _counts(name: str, counts: Mapping[str, Any]) -> str:
    return _left(name) + "".join(
        _right(str(counts[column]), wide) for column, wide in COLUMNS.items()
    )


def _names(found: Mapping[str, Any], state: str) -> list[str]:
    return [each["unit_name"] for each in found["units"] if each["state"] == state]


def _closing(catalogue: Catalogue, found: Mapping[str, Any]) -> list[str]:
    """The units that ended within the quarter; how far those are that owe what closes them."""
    states: dict[str, list[str]] = {}
    for each in found["closing_units"]:
        states.setdefault(each["state"], []).append(each["unit_name"])
    asked = {each["unit_code"] for each in found["closing_units"]}
    others = [code for code in found["closing"] if code not in asked]
    lines = _who(catalogue, catalogue.say("campaign.closing"), others)
    for state, names in sorted(states.items()):
        told = catalogue.say(f"campaign.state_{state}")
        lines += _who(catalogue, catalogue.say("campaign.closing_is", state=told), names)
    return lines


def _affected(found: Mapping[str, Any]) -> list[str]:
    """The units with something that a correction made false and nobody explained."""
    codes = {each["unit_code"] for each in found["affected"] if each["status"] == "open"}
    return _named(found, sorted(codes))


def _named(found: Mapping[str, Any], codes: Iterable[str]) -> list[str]:
    names = {each["unit_code"]: each["unit_name"] for each in found["units"]}
    return [names.get(code, code) for code in codes]


def _who(catalogue: Catalogue, what: str, names: list[str]) -> list[str]:
    """A list of names on a few lines; what does not fit is counted."""
    if not names:
        return []
    head = catalogue.say("campaign.who_head", what=what, count=len(names))
    room = SCREEN * LINES_OF_NAMES - width(head) - MORE_WIDE
    shown: list[str] = []
    for name in names:
        room -= width(name) + 2
        if room < 0:
            break
        shown.append(name)
    text = head + "、".join(shown)
    if len(shown) < len(names):
        text += catalogue.say("campaign.who_more", more=len(names) - len(shown))
    return list(_wrapped(text))


def _wrapped(text: str) -> Iterable[str]:
    line = ""
    for letter in text:
        if width(line + letter) > SCREEN:
            yield line
            line = "  "
        line += letter
    yield line


def _left(text: str) -> str:
    return text + " " * max(0, NAME_WIDE - width(text))


def _right(text: str, wide: int) -> str:
    return " " * max(0, wide - width(text)) + text
