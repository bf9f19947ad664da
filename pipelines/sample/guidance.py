"""指导: what working committees do for the units below them, and their control totals."""

from collections.abc import Iterable, Mapping

from pipelines.sample.draw import ranked
from pipelines.sample.turn import Turn

COMMITTEES = ("city_wc", "county_wc")
MOST_SLOTS, MOST_VISITS = 95, 6


def children(turn: Turn, turns: Iterable[Turn]) -> list[Turn]:
    """The units whose coordination parent this one is."""
    return [other for other in turns if other.unit.coord_parent_code == turn.unit.unit_code]


def fill_visits(turns: Mapping[str, Turn]) -> None:
    """Each committee visits some of its units; both ends count the same visits."""
    words = next(iter(turns.values())).words["guidance"]
    for turn in turns.values():
        if turn.unit.coord_parent_code is None:
            turn.now["guid_received"] = turn.draw("from above").events(words["from_above"])
    for turn in turns.values():
        if turn.unit.unit_kind in COMMITTEES:
            _visit(turn, children(turn, turns.values()))


def _visit(turn: Turn, below: list[Turn]) -> None:
    words, season = turn.words["guidance"], turn.words["guidance"]["season"]
    rate = turn.mood.rate(words["covered"], "guidance") * season[turn.period.quarter - 1]
    for other in below:
        draw = turn.draw("visit", other.unit.unit_code)
        visits = 1 + draw.events(words["again"]) if draw.chance(rate) else 0
        other.now["guid_received"] = min(MOST_VISITS, visits)
    received = [other.now["guid_received"] for other in below]
    turn.now |= {
        "guid_given": sum(received),
        "guid_units_covered": sum(visits > 0 for visits in received),
        "guid_units_total": len(below),
    }


def fill_control_totals(turns: Mapping[str, Turn]) -> None:
    """核对数: a county committee's own figures plus those of its units."""
    for turn in turns.values():
        if turn.unit.unit_kind == "county_wc":
            below = children(turn, turns.values())
            organs = [turn, *(other for other in below if other.unit.level == "county")]
            towns = [other for other in below if other.unit.level == "township"]
            everyone = organs + towns
            turn.now |= {
                "ct_organs": len(organs),
                "ct_organ_members": _sum(organs, "member_close"),
                "ct_townships": len(towns),
                "ct_township_members": _sum(towns, "member_close"),
                "ct_branches": _sum(everyone, "branch_close"),
                "ct_cadre_ft": _sum(everyone, "cadre_ft_close"),
                "ct_overdue": _sum(everyone, "election_overdue"),
            }


def _sum(turns: Iterable[Turn], name: str) -> int:
    return sum(turn.now[name] for turn in turns)


def fill_train_slots(turns: Mapping[str, Turn]) -> None:
    """培训名额: no more are used than were offered."""
    for turn in turns.values():
        turn.now["train_slots_used"] = 0
    for turn in turns.values():
        if turn.now.get("train_slots_offered"):
            _hand_out(turn, turns)


def _hand_out(turn: Turn, turns: Mapping[str, Turn]) -> None:
    near = [
        code
        for code, other in turns.items()
        if code != turn.unit.unit_code
        and (
            "city" in {turn.unit.level, other.unit.level}
            or other.unit.county_code == turn.unit.county_code
        )
    ]
    takers = ranked(near, turn.seed, "slots", turn.unit.unit_code, turn.period)
    offered = turn.now["train_slots_offered"]
    left = turn.draw("slots taken").part(offered, turn.words["guidance"]["slots_taken"])
    for code in takers:
        if left <= 0:
            break
        some = min(left, turn.draw("slots", code).whole(1, 5))
        if turns[code].now["train_slots_used"] + some <= MOST_SLOTS:
            turns[code].now["train_slots_used"] += some
            left -= some
