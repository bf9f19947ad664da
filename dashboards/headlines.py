"""The sentence over a chart: computed from its rows, or none, and then the neutral title stands.

Where rows were left out of the picture, nothing is said about all of them.
"""

from typing import Any

import polars as pl

from dashboards import judgement
from dashboards.answers import Answer
from dashboards.figures import labels
from dashboards.figures.setting import Setting

Row = dict[str, Any]
NAMED = 3
COMPARABLE = 2
"""With fewer rows there is no lowest."""
STOCK_PARTS = 4
"""Opening, new, fixed, closing."""


def gaps(answer: Answer, setting: Setting) -> str | None:
    """How many cells miss their target, and which one by most."""
    judged = answer.rows.filter(pl.col("status").is_in(judgement.REACHED))
    missed = judged.filter(pl.col("status") != "met")
    if missed.is_empty() or answer.omitted:
        return None
    worst = missed.sort("part").row(0, named=True)
    return setting.say(
        "headline_gaps",
        missed=missed.height,
        all=judged.height,
        name=worst["name"],
        indicator=setting.indicators[worst["indicator"]].zh,
    )


def flow(answer: Answer, setting: Setting) -> str | None:
    """How many matters, how many of them closed, and the busiest way."""
    rows = answer.rows
    if rows.is_empty():
        return None
    busiest = rows.sort("matters", descending=True).row(0, named=True)
    names = {**setting.levels, "other": setting.say("off_directory")}
    count = int(rows["matters"].sum())
    return setting.say(
        "headline_flow",
        count=count,
        share=labels.number(100 * int(rows["closed"].sum()) / count),
        start=names[busiest["initiator_level"]],
        end=names[busiest["counterpart_level"]],
        most=busiest["matters"],
    )


def below_whole(answer: Answer, setting: Setting) -> str | None:
    """How many places are below the whole, and the lowest one."""
    seen = answer.rows.filter(pl.col("value").is_not_null()).sort("value")
    if seen.height < COMPARABLE or answer.whole is None or answer.omitted:
        return None
    below = seen.filter(pl.col("value") < answer.whole).height
    return setting.say(
        "headline_below_whole",
        places=places(below, seen, setting),
        indicator=setting.indicators[seen["indicator"][0]].zh,
        whole=labels.with_percent(answer.whole, setting.indicators[seen["indicator"][0]]),
        worst=lowest(seen, "value", setting),
    )


def places(count: int, rows: pl.DataFrame, setting: Setting) -> str:
    """So many counties, or units; 市直 is named where it is one of the rows."""
    kind = "with_city" if any(scope.endswith("/city") for scope in rows["scope"]) else "counties"
    kind = "units" if set(rows["scope_level"]) == {"unit"} else kind
    return setting.say(f"so_many_{kind}" if count else f"not_one_{kind}", count=count)


def lowest(rows: pl.DataFrame, by: str, setting: Setting) -> str:
    """The name of the lowest row, or of all that share the place."""
    last = rows.filter(pl.col(by) == pl.col(by).min())["name"].to_list()
    names = setting.say("and").join(last[:NAMED])
    return names if len(last) <= NAMED else setting.say("and_others", names=names, count=len(last))


def sectors(answer: Answer, setting: Setting) -> str | None:
    """The sector with which the smallest part of the units works."""
    rows = answer.rows.filter(pl.col("share").is_not_null())
    if rows.is_empty() or answer.omitted:
        return None
    pooled = rows.group_by("field", maintain_order=True).agg(
        share=100 * pl.col("units_positive").sum() / pl.col("units_used").sum()
    )
    least = pooled.filter(pl.col("share") == pl.col("share").min())
    names = setting.say("and").join(setting.say(field) for field in least["field"])
    return setting.say(
        "headline_sectors", sector=names, share=labels.number(float(least["share"][0]))
    )


def guidance(answer: Answer, setting: Setting) -> str | None:
    """How many committees reach the target, and the lowest one."""
    seen = answer.rows.filter(pl.col("value").is_not_null()).sort("value")
    if seen.height < COMPARABLE:
        return None
    return setting.say(
        "headline_guidance",
        met=seen.filter(pl.col("status") == "met").height,
        all=seen.height,
        worst=lowest(seen, "value", setting),
        value=labels.brief(float(seen["value"][0]), 1),
    )


def feedback(answer: Answer, setting: Setting) -> str | None:
    """The closing stock and how it moved."""
    totals = dict(zip(answer.rows["field"], answer.rows["total"], strict=True))
    if len(totals) < STOCK_PARTS:
        return None
    moved = totals["feedback_close"] - totals["feedback_open"]
    kind = "fell" if moved < 0 else "rose" if moved > 0 else "same"
    return setting.say(
        f"headline_feedback_{kind}",
        count=labels.number(totals["feedback_close"]),
        moved=labels.number(abs(moved)),
    )


def relations(answer: Answer, setting: Setting) -> str | None:
    """The relation that is furthest from its target, and at which level."""
    seen = answer.rows.filter(pl.col("gap").is_not_null()).sort("gap")
    if seen.is_empty() or seen["gap"][0] >= 0:
        return None
    worst = seen.row(0, named=True)
    return setting.say(
        "headline_relations",
        level=worst["name"],
        indicator=setting.indicators[worst["indicator"]].zh,
        value=labels.brief(worst["value"], 1),
        gap=labels.brief(-worst["gap"], 1),
    )


def mirror(answer: Answer, setting: Setting) -> str | None:
    """The part of matters that both sides confirm, and the disputed ones."""
    if answer.rows.is_empty() or answer.omitted:
        return None
    counts = answer.rows.group_by("code").agg(pl.col("count").sum())
    by_code = dict(zip(counts["code"], counts["count"], strict=True))
    return setting.say(
        "headline_mirror",
        share=labels.number(100 * by_code[1] / sum(by_code.values())),
        waiting=by_code[0],
        disputed=by_code[2],
    )


def unit_funds(answer: Answer, setting: Setting) -> str | None:
    """How many units have no budget, and the levels with the highest and lowest median."""
    seen = answer.rows.filter(pl.col("value").is_not_null())
    medians = seen.group_by("level").agg(pl.col("value").median()).sort("value")
    if medians.height < COMPARABLE:
        return None
    names = [setting.levels[level] for level in medians["level"]]
    none = seen.filter(pl.col("value") == 0).height
    key = "headline_funds_none" if none else "headline_funds"
    return setting.say(key, none=none, high=names[-1], low=names[0])


def money(answer: Answer, setting: Setting) -> str | None:
    """How many places spend more slowly than the calendar, and the slowest."""
    seen = answer.rows.filter(pl.col("spent").is_not_null()).sort("spent")
    if seen.height < COMPARABLE or answer.omitted:
        return None
    due = int(setting.period[-1]) * 25
    late = seen.filter(pl.col("spent") < due)
    return setting.say(
        "headline_money",
        places=places(late.height, seen, setting),
        due=due,
        worst=lowest(seen, "spent", setting),
        value=labels.number(float(seen["spent"][0])),
    )


def money_lines(answer: Answer, setting: Setting) -> str | None:
    """The part of units with a budget line of their own, and the level that has least."""
    own = answer.rows.filter(pl.col("code") == 1).sort("share")
    if own.is_empty():
        return None
    totals = answer.rows.unique("scope")["total"].sum()
    return setting.say(
        "headline_money_lines",
        share=labels.number(100 * int(own["count"].sum()) / int(totals)),
        worst=lowest(own, "share", setting),
        value=labels.number(float(own["share"][0])),
    )


def lowest_of_first(answer: Answer, setting: Setting) -> str | None:
    """How many places reach the target of the first indicator, and who is lowest."""
    if answer.rows.is_empty() or answer.omitted:
        return None
    first = answer.rows.filter(pl.col("indicator") == answer.rows["indicator"][0])
    seen = first.filter(pl.col("value").is_not_null()).sort("value")
    if seen.height < COMPARABLE:
        return None
    met = seen.filter(pl.col("status") == "met").height
    entry = setting.indicators[seen["indicator"][0]]
    return setting.say(
        "headline_lowest",
        places=places(met, seen, setting),
        indicator=entry.zh,
        worst=lowest(seen, "value", setting),
        value=labels.with_percent(float(seen["value"][0]), entry),
    )


def training(answer: Answer, setting: Setting) -> str | None:
    """How many places are behind the calendar, and places given against taken."""
    seen = answer.rows.filter(pl.col("gap").is_not_null())
    if seen.is_empty() or answer.omitted:
        return None
    behind = seen.filter(pl.col("gap") < 0).height
    return setting.say(
        "headline_training",
        places=places(behind, seen, setting),
        offered=labels.number(float(answer.rows["offered"].sum())),
        used=labels.number(float(answer.rows["used"].sum())),
    )


def moved_level(answer: Answer, setting: Setting) -> str | None:
    """The level whose first indicator moved most since the first quarter shown."""
    first = pl.col("indicator") == pl.col("indicator").first()
    joint = answer.rows.filter(~pl.col("is_whole") & first & pl.col("value").is_not_null())
    if joint.height:
        joint = joint.filter(pl.col("period") >= setting.since.get(joint["indicator"][0], ""))
    moves = (
        joint.sort("period")
        .group_by("name", maintain_order=True)
        .agg(moved=pl.col("value").last() - pl.col("value").first(), since=pl.col("period").first())
    )
    if moves.is_empty() or moves["moved"].abs().max() < setting.limits.moved_points:  # type: ignore[operator]
        return None
    most = moves.sort(pl.col("moved").abs(), descending=True).row(0, named=True)
    return setting.say(
        "headline_level_up" if most["moved"] > 0 else "headline_level_down",
        level=most["name"],
        indicator=setting.indicators[joint["indicator"][0]].zh,
        moved=labels.brief(abs(most["moved"]), 1),
        since=setting.say("short_period", year=most["since"][2:4], quarter=most["since"][-1]),
    )
