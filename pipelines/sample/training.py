"""教育培训, 阵地 and 活动 (F4): what follows from members, secretaries and common activities."""

from decimal import Decimal

from pipelines.sample.matters import Matter
from pipelines.sample.ties import Tie
from pipelines.sample.turn import Turn

JOINT_ACTIVITY = 3


def fill(turn: Turn) -> None:
    """Hours of study, secretaries and cadres trained, room for activities."""
    _hours(turn)
    _secretaries(turn)
    _cadres(turn)
    _room(turn)


def _hours(turn: Turn) -> None:
    words, draw = turn.words["training"], turn.draw("hours")
    each = words["hours"][turn.unit.level] * words["season"][turn.period.quarter - 1]
    each *= turn.mood.times("hours", 0.12) * draw.between(0.93, 1.07)
    hours = round(turn.now["member_close"] * min(each, 36) * 2)
    year = turn.carried("_hours") + hours
    reached = year / 2 / max(1, turn.now["member_close"]) / 32
    rate = max(0.02, min(0.985, reached - 0.14))
    turn.now |= {
        "member_hours": Decimal(hours) / 2,
        "_hours": year,
        "member_32h_reached": turn.draw("32h").part(turn.now["member_close"], rate),
    }


def _secretaries(turn: Turn) -> None:
    words, draw = turn.words["training"], turn.draw("secretaries")
    changed = turn.now["_new_secretaries"]
    changed += draw.part(turn.now["election_done_qtr"], words["new_at_election"])
    new = min(30, turn.carried("secretary_new_ytd") + changed)
    rate = turn.mood.rate(words["new_trained"], "new secretaries")
    trained_new = max(turn.carried("secretary_new_trained_ytd"), draw.part(new, rate))
    share = turn.mood.rate(words["secretaries"], "secretaries")
    share *= words["progress"][turn.period.quarter - 1]
    trained = draw.part(turn.now["org_total_close"], share)
    turn.now |= {
        "secretary_new_ytd": new,
        "secretary_new_trained_ytd": min(new, trained_new),
        "secretary_trained_ytd": max(
            turn.carried("secretary_trained_ytd"), min(new, trained_new), trained
        ),
    }


def _cadres(turn: Turn) -> None:
    words, draw = turn.words["training"], turn.draw("cadres trained")
    cadres = turn.now["cadre_ft_close"] + turn.now["cadre_pt_total"]
    share = turn.mood.rate(words["cadres"], "cadres trained")
    share *= words["progress"][turn.period.quarter - 1]
    most = cadres + turn.now["_left_ytd"]
    reached = max(turn.carried("cadre_trained_ytd"), draw.part(cadres, share))
    turn.now["cadre_trained_ytd"] = min(reached, most)


def _room(turn: Turn) -> None:
    """阵地面积 grows with the unit and its wealth, and rarely changes."""
    words, before = turn.words["training"], turn.before.get("venue_area")
    if not turn.now["venue_count"]:
        turn.now["venue_area"] = Decimal(0)
    elif before and turn.before["venue_count"] == turn.now["venue_count"]:
        turn.now["venue_area"] = before
    else:
        each = turn.lasting("room").between(*words["room"]) * turn.mood.wealth
        hall = turn.lasting("hall")
        has_hall = hall.chance(words["halls"]) and turn.unit.unit_kind == "city_organ"
        size = hall.between(*words["hall"]) if has_hall else words["corner"]
        size += turn.now["member_close"] * each + turn.draw("room").between(0, 6)
        turn.now["venue_area"] = Decimal(round(size * 10)) / 10


def fill_activities(turn: Turn, ties: list[Tie], matters: list[Matter]) -> None:
    """主题实践活动: those with others are backed by rows of L2 and L3."""
    draw, words = turn.draw("activities"), turn.words["training"]
    raised = sum(
        matter.matter_type == JOINT_ACTIVITY and matter.raised >= turn.period.first_day
        for matter in matters
    )
    together = sum(tie.activities for tie in ties)
    joint = min(26, draw.part(together, words["shared_activities"]) + raised)
    alone = turn.now["branch_close"] * words["alone"][0] + words["alone"][1]
    alone *= words["activity_season"][turn.period.quarter - 1]
    own = draw.events(alone * turn.mood.times("activities", 0.2))
    turn.now["theme_activity"] = min(58, joint + own)
    turn.now["theme_activity_joint"] = joint
    present = min(turn.now["member_close"] * 0.8, draw.between(14, 26))
    turn.now["activity_attend"] = min(4900, round(turn.now["theme_activity"] * present))
