"""报送进度 on one screen: counts by level and county, then who; long lists are cut with a count."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import typer

from models.catalogue_model import Catalogue
from models.period import Period, calendar, end_of, working_days_between
from pipelines.reminder_book import width
from pipelines.reminding import left_zh, period_zh

SCREEN, NAME_WIDE = 98, 16
LINES_OF_NAMES, MORE_WIDE = 3, 20
LAST = "lock"
COLUMNS = {
    "owed": 8, "received": 8, "valid": 8, "on_time": 8, "complete": 10,
    "returned": 8, "not_received": 8, "waived": 8, "late": 8, "accepted": 8,
}  # fmt: skip
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
    lines += _quarter(catalogue, found["quarter"])
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
    lines += _who(catalogue, say("campaign.closing"), found["closing"])
    lines += _who(catalogue, say("campaign.overtaken"), found["overtaken"])
    lines.append(say("campaign.status_foot", period=period))
    return lines


def _quarter(catalogue: Catalogue, found: Mapping[str, Any]) -> list[str]:
    """Where the quarter itself stands, and which returns were corrected since its publication."""
    name = catalogue.say(f"campaign.quarter_{found['state']}")
    made = f"{found['made_at']:%Y-%m-%d %H:%M}" if found["made_at"] else ""
    key = "campaign.quarter_line" if found["snapshot"] else "campaign.quarter_alone"
    lines = [catalogue.say(key, state=name, snapshot=found["snapshot"], made=made)]
    return lines + [
        catalogue.say("campaign.correction", **{**each, "at": f"{each['at']:%Y-%m-%d %H:%M}"})
        for each in found["corrections"]
    ]


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
