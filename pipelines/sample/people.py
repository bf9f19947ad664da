"""党员 and 机关工作人员: how many, how they come and go, how old they are."""

import math
from typing import Any

from pipelines.sample.draw import split
from pipelines.sample.turn import Turn

AGES = ("member_age_u35", "member_age_36_45", "member_age_46_55", "member_age_56p")


def fill(turn: Turn) -> None:
    """Members with their flows, their groups, and the staff of the organ."""
    _size(turn)
    _flows(turn)
    _groups(turn)
    _staff(turn)


def _settings(turn: Turn) -> dict[str, Any]:
    return turn.words["people"]  # type: ignore[no-any-return]


def _size(turn: Turn) -> None:
    """The number of members a unit tends to, and the number its organisation type allows."""
    if "_base" in turn.before:
        turn.now |= {name: turn.before[name] for name in ("_base", "_limit")}
        return
    settings, draw = _settings(turn), turn.lasting("size")
    org_type = turn.unit.party_org_type
    low, high = settings["sizes"][turn.unit.unit_kind][org_type]
    base = math.exp(draw.between(math.log(low), math.log(high)))
    limit = settings["limits"][org_type]
    if limit < settings["no_limit"] and draw.chance(settings["outgrown"]) and not turn.is_founding:
        base, limit = limit * draw.between(1.08, 1.25), settings["no_limit"]
    turn.now |= {"_base": base, "_limit": limit}


def _flows(turn: Turn) -> None:
    if turn.is_founding:
        flows = {"member_open": 0, "member_transfer_in": round(turn.now["_base"])}
    else:
        opening = int(turn.before.get("member_close", round(turn.now["_base"])))
        flows = {"member_open": opening} | _movements(turn, opening)
    turn.now |= dict.fromkeys(GAINS[1:] + LOSSES, 0) | flows
    turn.now["member_close"] = _close(turn)
    excess = turn.now["member_close"] - turn.now["_limit"]
    if excess > 0:
        turn.now["member_transfer_out"] += excess
        turn.now["member_close"] -= excess
    recruits = turn.before.get("_recruits") or _first_recruits(turn)
    turn.now["_recruits"] = [*recruits[1:], turn.now["member_recruited"]]


GAINS = ("member_open", "member_recruited", "member_transfer_in", "member_restored")
LOSSES = ("member_transfer_out", "member_expelled", "member_deceased")


def _close(turn: Turn) -> int:
    gained, lost = (sum(turn.now[name] for name in names) for names in (GAINS, LOSSES))
    return int(gained - lost)


def _movements(turn: Turn, opening: int) -> dict[str, int]:
    rates, draw, base = _settings(turn)["flows"], turn.draw("members"), turn.now["_base"]
    season = _settings(turn)["recruiting_season"][turn.period.quarter - 1]
    retired = turn.before.get("member_retired", 0)
    away = max(0.0, base - opening), max(0.0, opening - base)
    return {
        "member_recruited": min(20, draw.events(base * rates["recruited"] * season)),
        "member_transfer_in": min(58, draw.events(base * rates["moved"] + away[0] * 0.25)),
        "member_transfer_out": min(58, draw.events(base * rates["moved"] + away[1] * 0.25)),
        "member_deceased": min(9, draw.events(retired * rates["deceased"])),
        "member_expelled": int(draw.chance(rates["expelled"])),
        "member_restored": int(draw.chance(rates["restored"])),
    }


def _first_recruits(turn: Turn) -> list[int]:
    draw, base = turn.lasting("recruits"), turn.now["_base"]
    if turn.is_founding:
        return [0, 0, 0, 0]
    return [draw.events(base * _settings(turn)["flows"]["recruited"]) for _ in range(4)]


def _groups(turn: Turn) -> None:
    """The groups among the members; probation lasts a year (预备期一年)."""
    close, settings, draw = turn.now["member_close"], _settings(turn), turn.lasting("groups")
    level = settings["levels"][turn.unit.level]
    retired = level["retired"] * draw.between(0.5, 1.6)
    female = level["female"] * draw.between(0.8, 1.2)
    degree = min(0.97, level["bachelor"] * draw.between(0.92, 1.1))
    turn.now |= {
        "member_probation": min(sum(turn.now["_recruits"]), close // 4),
        "member_female": round(close * female),
        "member_retired": round(close * retired),
        "member_bachelor": round(close * degree),
    }
    ages = [share * draw.between(0.75, 1.3) for share in level["ages"]]
    ages[3] += retired
    turn.now |= dict(zip(AGES, split(close, ages), strict=True))


def _staff(turn: Turn) -> None:
    """Staff in post (在编在岗); members who retired or were lent out are not among them."""
    before, active = turn.before.get("staff_total"), turn.now["member_close"]
    active -= turn.now["member_retired"]
    if before is None:
        share = turn.lasting("staff").between(*_settings(turn)["member_share_of_staff"])
        turn.now["staff_total"] = min(1180, max(6, round(active / share)))
        return
    draw = turn.draw("staff")
    step = draw.whole(-1, 1) if draw.chance(0.6) else draw.events(before * 0.01) - 1
    turn.now["staff_total"] = min(1180, max(6, before + step))
