"""党务干部: full-time ones as persons with an age and a tenure, part-time ones as numbers."""

import math
from dataclasses import dataclass
from datetime import date, timedelta

from pipelines.sample.draw import Draw, split
from pipelines.sample.turn import Turn

YEAR = 365.25
TWO_TERMS = 10
RETIRES_AT = 60
SETTLES_AT = 57
"""Whoever comes in at this age or later is being settled (安置过渡), not developed."""
AT_ONCE = 3
"""No more than so many come or go in one quarter."""
SMALL_STAFF = 100
AGES = ("cadre_ft_age_u35", "cadre_ft_age_36_40", "cadre_ft_age_41_50", "cadre_ft_age_51p")
TENURES = ("cadre_ft_ten_u3", "cadre_ft_ten_3_5", "cadre_ft_ten_5_10", "cadre_ft_ten_10p")
PART_TIME = ("cadre_pt_age_u35", "cadre_pt_age_36_40", "cadre_pt_age_41_50", "cadre_pt_age_51p")


@dataclass(frozen=True)
class Cadre:
    """A full-time cadre; nobody real, and never listed by name."""

    born: date
    since: date
    is_lead: bool
    has_degree: bool
    is_concurrent: bool

    def age(self, day: date) -> float:
        return (day - self.born).days / YEAR

    def tenure(self, day: date) -> float:
        return (day - self.since).days / YEAR


def fill(turn: Turn) -> None:
    """Cadres with their flows and bands."""
    before: list[Cadre] | None = turn.before.get("_cadres")
    _quota(turn)
    cadres, left = _present(turn, before)
    added = _added(turn, cadres, first=before is None and not turn.is_founding)
    turn.now["_cadres"] = [*cadres, *added]
    if before is None and not turn.is_founding:
        added, before = [], turn.now["_cadres"]
    _count_flows(turn, len(before or []), len(added), left)
    _count_bands(turn, turn.now["_cadres"])


def _quota(turn: Turn) -> None:
    settings, staff = turn.words["cadres"], turn.now["staff_total"]
    before = int(turn.before.get("cadre_ft_quota", 0))
    wanted = max(settings["least"][turn.unit.unit_kind], math.ceil(staff * settings["share"]))
    draw = turn.lasting("quota")
    if staff < SMALL_STAFF and turn.unit.unit_kind != "county_wc" and draw.chance(settings["none"]):
        wanted = 0
    turn.now["cadre_ft_quota"] = min(12, max(before, wanted))


def _present(turn: Turn, before: list[Cadre] | None) -> tuple[list[Cadre], int]:
    """Those who stay; three at most leave in a quarter."""
    day, draw, settings = turn.period.last_day, turn.draw("leaving"), turn.words["cadres"]
    stay: list[Cadre] = []
    left = 0
    for cadre in before or []:
        rate = settings["leave_after_two_terms" if cadre.tenure(day) >= TWO_TERMS else "leave"]
        leaves = cadre.age(day) >= RETIRES_AT or draw.chance(rate)
        if leaves and left < AT_ONCE:
            left += 1
        else:
            stay.append(cadre)
    return stay, left


def _added(turn: Turn, cadres: list[Cadre], *, first: bool) -> list[Cadre]:
    missing, draw = turn.now["cadre_ft_quota"] - len(cadres), turn.draw("joining")
    if first:
        missing -= draw.chance(turn.words["cadres"]["short"])
        return [_cadre(turn, draw, is_lead=index == 0, first=True) for index in range(missing)]
    joining = sum(draw.chance(turn.words["cadres"]["refill"]) for _ in range(min(AT_ONCE, missing)))
    led = any(cadre.is_lead for cadre in cadres)
    return [
        _cadre(turn, draw, is_lead=index == 0 and not led, first=False) for index in range(joining)
    ]


def _cadre(turn: Turn, draw: Draw, *, is_lead: bool, first: bool) -> Cadre:
    settings = turn.words["cadres"]
    since = turn.period.first_day + timedelta(days=draw.whole(0, 80))
    served, age = 0.0, draw.between(*settings["entry_age"])
    if draw.chance(settings["settled"]):
        age = draw.between(*settings["settled_age"])
    elif first:
        served = min(draw.between(*settings["served"]) + draw.events(1.5), 58 - age)
    since -= timedelta(days=round(YEAR * served))
    return Cadre(
        born=since - timedelta(days=round(YEAR * age)),
        since=since,
        is_lead=is_lead,
        has_degree=draw.chance(settings["degree"]),
        is_concurrent=not draw.chance(turn.mood.lasting_rate(settings["devoted"], "devoted")),
    )


def _count_flows(turn: Turn, opening: int, added: int, left: int) -> None:
    rate, draw = turn.words["cadres"]["rotated"], turn.draw("rotation")
    turn.now |= {
        "cadre_ft_open": opening,
        "cadre_ft_added": added,
        "cadre_ft_left": left,
        "cadre_ft_close": opening + added - left,
        "cadre_rotated_in": draw.part(added, rate),
        "cadre_rotated_out": draw.part(left, rate),
        "_left_ytd": turn.carried("_left_ytd") + left,
    }


def _count_bands(turn: Turn, cadres: list[Cadre]) -> None:
    day = turn.period.last_day
    ages = [_band(cadre.age(day), (36, 41, 51)) for cadre in cadres]
    tenures = [_band(cadre.tenure(day), (3, 5, 10)) for cadre in cadres]
    turn.now |= {name: ages.count(index) for index, name in enumerate(AGES)}
    turn.now |= {name: tenures.count(index) for index, name in enumerate(TENURES)}
    turn.now |= {
        "cadre_ft_two_terms": sum(
            cadre.is_lead and cadre.tenure(day) >= TWO_TERMS for cadre in cadres
        ),
        "cadre_ft_placement": sum(cadre.age(cadre.since) >= SETTLES_AT for cadre in cadres),
        "cadre_ft_concurrent": sum(cadre.is_concurrent for cadre in cadres),
        "cadre_bachelor": sum(cadre.has_degree for cadre in cadres),
    }


def _band(value: float, bounds: tuple[int, ...]) -> int:
    return sum(value >= bound for bound in bounds)


def fill_part_time(turn: Turn) -> None:
    """Age bands of the part-time cadres, whose number is drawn from the table."""
    draw = turn.lasting("part-time ages")
    shares = [share * draw.between(0.7, 1.4) for share in turn.words["cadres"]["part_time_ages"]]
    turn.now |= dict(zip(PART_TIME, split(turn.now["cadre_pt_total"], shares), strict=True))
