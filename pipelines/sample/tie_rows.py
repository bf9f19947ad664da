"""The rows of L2 that a unit files for its relations."""

from collections.abc import Mapping
from decimal import Decimal

from models.units import UnitVersion
from pipelines.sample.ties import HOUSEHOLDS, Tie
from pipelines.sample.turn import Row, Turn

LEVEL_CODES = {"city": 1, "county": 2, "township": 3}


def tie_rows(turn: Turn, ties: list[Tie], units: Mapping[str, UnitVersion]) -> list[Row]:
    """One row for each relation, in the order of their ids."""
    return [_row(turn, tie, units) for tie in ties]


def _row(turn: Turn, tie: Tie, units: Mapping[str, UnitVersion]) -> Row:
    code = turn.unit.unit_code
    partner = tie.other(code)
    last = turn.period.last_day
    households = tie.households if tie.pair_type == HOUSEHOLDS else None
    paired, plans, cadres = households or (None, None, None)
    return {
        "pair_id": tie.ids[code],
        "pair_type": tie.pair_type,
        "partner_unit_code": partner,
        "partner_name": units[partner].unit_name if partner else tie.name,
        "partner_level": LEVEL_CODES[units[partner].level] if partner else tie.place_level,
        "start_date": tie.start,
        "end_date": tie.end if tie.end and tie.end <= last else None,
        "main_resource": tie.resource,
        "pair_activities": tie.activities,
        "pair_members": _members(turn, tie),
        "pair_funds_ytd": Decimal(tie.funds[code]) / 100,
        "problems_listed": tie.listed,
        "problems_solved_ytd": tie.solved,
        "households_paired": paired,
        "household_plans": plans,
        "household_cadres": cadres,
        "tie_answer": tie.answer if code == tie.partner else None,
    }


def _members(turn: Turn, tie: Tie) -> int:
    """Members who took part; no more than the unit has at each activity."""
    most = min(24, turn.now["member_close"])
    draw = turn.draw("tie members", tie.key)
    return min(297, sum(draw.whole(min(3, most), most) for _ in range(tie.activities)))
