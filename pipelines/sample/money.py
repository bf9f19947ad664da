"""经费 and 党费. Sums of money are whole hundreds of yuan (0.01 万元) until they are filed."""

import math
from decimal import Decimal

from pipelines.sample.draw import split
from pipelines.sample.ties import JOINT_TYPES, Tie
from pipelines.sample.turn import Turn

NO_BUDGET, MAKESHIFT = 0, 3
TOWNSHIP = "township"


def fill(turn: Turn, ties: list[Tie]) -> None:
    """Budget, spending by purpose with its share in every relation, and dues."""
    _budget(turn)
    parts = _spending(turn, ties)
    _grow(turn, parts)
    _received(turn)
    _dues(turn)


def _budget(turn: Turn) -> None:
    """The year's budget: set in January, unchanged until December."""
    if turn.before and turn.period.quarter != 1 and not turn.is_founding:
        turn.now |= {name: turn.before[name] for name in ("_budget", "fund_budget_line")}
        return
    settings = turn.words["money"]
    turn.now["fund_budget_line"] = _line(turn)
    if "_per_member" in turn.before:
        growth = turn.draw("budget growth").between(*settings["growth"])
        turn.now["_per_member"] = turn.before["_per_member"] * growth
    else:
        spread = turn.lasting("budget").normal(settings["spread"])
        usual = settings["per_member"][turn.unit.level] * turn.mood.wealth
        turn.now["_per_member"] = usual * math.exp(spread)
    share = {NO_BUDGET: 0.0, MAKESHIFT: settings["makeshift"]}
    share_now = share.get(turn.now["fund_budget_line"], 1.0)
    size = turn.now["member_close"] * turn.now["_per_member"] * share_now
    turn.now["_budget"] = min(29900, round(size / 100))


def _line(turn: Turn) -> int:
    """How the money is budgeted (列支方式); better from year to year, never worse."""
    settings, before = turn.words["money"], turn.before.get("fund_budget_line")
    draw = turn.draw("budget line")
    if before == 1 or (before is not None and not draw.chance(settings["line_improves"])):
        return int(before)
    if before is not None or draw.chance(turn.mood.rate(settings["own_line"], "budget_line")):
        return 1
    return draw.code(settings["lines"])


def _spending(turn: Turn, ties: list[Tie]) -> dict[str, int]:
    """This quarter's spending by purpose, in hundreds of yuan."""
    settings, draw = turn.words["money"], turn.draw("spending")
    late = turn.lasting("late", turn.period.year).chance(settings["late_spenders"])
    course = settings["late_course" if late else "course"]
    lasting = turn.lasting("spending", turn.period.year).between(*settings["used"])
    lasting *= turn.mood.rate(0.95, "spending") if not late else 0.97
    reached = turn.now["_budget"] * course[turn.period.quarter - 1] * lasting
    reached *= draw.between(0.96, 1.04)
    total = max(0, round(reached) - turn.carried("_spent"))
    edu = round(total * draw.between(*settings["education"]))
    if turn.unit.level == TOWNSHIP:
        return {"_spent": total, "_edu": edu, "_pair": 0, "_pooled": 0}
    pair = _into_ties(turn, [tie for tie in ties if tie.pair_type not in JOINT_TYPES], total)
    mutual = [tie for tie in ties if tie.pair_type in JOINT_TYPES and tie.is_mutual]
    return {"_spent": total, "_edu": edu, "_pair": pair, "_pooled": _into_ties(turn, mutual, total)}


def _into_ties(turn: Turn, ties: list[Tie], total: int) -> int:
    """Put a share of the quarter's spending into the relations that are active."""
    active = [tie for tie in ties if tie.is_active(turn.period.first_day)]
    if not active:
        return 0
    draw = turn.draw("into ties", active[0].pair_type in JOINT_TYPES)
    low, high = turn.words["money"]["into_ties"]
    share = round(total * draw.between(low, high) * min(1.3, turn.mood.times("ties money", 0.15)))
    weights = [draw.between(0.5, 1.5) for _ in active]
    for tie, part in zip(active, split(share, weights), strict=True):
        tie.funds[turn.unit.unit_code] += part
    return share


def _grow(turn: Turn, parts: dict[str, int]) -> None:
    turn.now |= {name: turn.carried(name) + part for name, part in parts.items()}
    turn.now |= {
        "fund_budget_year": _wan(turn.now["_budget"]),
        "fund_spent_ytd": _wan(turn.now["_spent"]),
        "fund_spent_edu_ytd": _wan(turn.now["_edu"]),
        "fund_pair_ytd": _wan(turn.now["_pair"]),
        "fund_pooled_out_ytd": _wan(turn.now["_pooled"]),
    }


def _wan(hundreds: int) -> Decimal:
    return Decimal(hundreds) / 100


def _received(turn: Turn) -> None:
    """Money arrives ahead of spending, but for a few units (支出大于到位)."""
    settings, draw = turn.words["money"], turn.draw("received")
    reached = turn.now["_budget"] * settings["arrival"][turn.period.quarter - 1]
    received = max(turn.carried("_received"), round(reached * draw.between(0.94, 1.0)))
    short = turn.lasting("short", turn.period.year).chance(settings["short_of_money"])
    if short and turn.period.quarter > 1:
        ceiling = round(turn.now["_spent"] * draw.between(0.85, 0.97))
        received = max(turn.carried("_received"), ceiling)
    else:
        received = max(received, turn.now["_spent"])
    turn.now |= {"_received": received, "fund_received_ytd": _wan(received)}


def fill_pooled_in(turn: Turn, ties: list[Tie]) -> None:
    """What the partners have put into common relations this year."""
    code = turn.unit.unit_code
    total = sum(
        tie.funds[other]
        for tie in ties
        if tie.pair_type in JOINT_TYPES and tie.is_mutual and (other := tie.other(code))
    )
    turn.now["fund_pooled_in_ytd"] = _wan(total)


def _dues(turn: Turn) -> None:
    """党费, in yuan; most units hand in exactly what is due."""
    settings, draw = turn.words["dues"], turn.draw("dues")
    per_month = settings["per_month"][turn.unit.level] * turn.lasting("dues").between(0.85, 1.2)
    due = round(turn.now["member_close"] * per_month * 3 * draw.between(0.97, 1.03) * 10)
    rate = draw.between(*settings["odd"]) if draw.chance(settings["odd_share"]) else 1.0
    if rate == 1.0 and not draw.chance(turn.mood.rate(settings["exact"], "dues")):
        rate = draw.between(*settings["near"])
    paid = round(due * rate)
    year = turn.carried("_dues") + paid
    kept, used = settings["kept"], settings["used"][turn.period.quarter - 1]
    retained = round(year * turn.lasting("dues kept", turn.period.year).between(*kept))
    spent = max(turn.carried("_dues_spent"), round(retained * used * draw.between(0.8, 1.1)))
    turn.now |= {"_dues": year, "_dues_spent": min(spent, retained)}
    turn.now |= {
        "dues_payable": Decimal(due) / 10,
        "dues_paid": Decimal(paid) / 10,
        "dues_retained_ytd": Decimal(retained) / 10,
        "dues_spent_ytd": Decimal(min(spent, retained)) / 10,
    }
