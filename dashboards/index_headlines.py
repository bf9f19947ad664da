"""The sentences over charts of indices: an index moved only if its intervals lie apart."""

from typing import Any

import polars as pl

from dashboards.answers import Answer
from dashboards.figures import labels
from dashboards.figures.setting import Setting

Row = dict[str, Any]
COMPARABLE = 2


def overall(answer: Answer, setting: Setting) -> str | None:
    """Each index, and whether it rose, fell or cannot be told from what it was."""
    seen = answer.rows.filter(pl.col("value").is_not_null()).to_dicts()
    if not seen:
        return None
    said = [
        setting.say("headline_index", name=row["head"], value=labels.number(row["value"]),
                    moved=setting.say(f"index_{moved(row)}"))
        for row in seen
    ]  # fmt: skip
    return setting.say("and").join(said)


def moved(row: Row) -> str:
    """`rose` or `fell` if the intervals of now and then do not touch, else `same`.

    `unlike` if the index was made otherwise then.
    """
    if row["is_unlike"]:
        return "unlike"
    ends = [row["low"], row["high"], row["low_before"], row["high_before"]]
    if None in ends:
        return "alone"
    low, high, low_before, high_before = ends
    return "rose" if low > high_before else "fell" if high < low_before else "same"


def tiers(answer: Answer, setting: Setting) -> str | None:
    """For how many places the first index tells a tier, and for how many it cannot."""
    if answer.rows.is_empty():
        return None
    first = answer.rows.filter(pl.col("column") == answer.rows["column"][0])
    compared = first.filter(pl.col("groups").is_not_null() & pl.col("value").is_not_null())
    if compared.is_empty() or compared["tier"].is_not_null().sum() == 0:
        return None
    told = int(compared["tier"].is_not_null().sum())
    return setting.say(
        "headline_tiers", name=first["head"][0], told=told, open=compared.height - told
    )


def weakest(answer: Answer, setting: Setting) -> str | None:
    """The index of the whole and the lowest of its dimensions."""
    if answer.rows.is_empty():
        return None
    whole = answer.rows.filter(pl.col("scope") == answer.rows["scope"][0]).to_dicts()
    index = whole[0]
    others = f"{index['column']}:"
    parts = [row for row in whole[1:] if not row["column"].startswith(others)]
    parts = [row for row in parts if row["value"] is not None]
    if index["value"] is None or len(parts) < COMPARABLE:
        return None
    low = min(parts, key=lambda row: row["value"])
    return setting.say(
        "headline_weakest",
        place=index["name"],
        name=index["head"],
        value=labels.number(index["value"]),
        part=low["head"],
        low=labels.number(low["value"]),
    )


def ends(answer: Answer, setting: Setting) -> str | None:
    """The highest and the lowest axis."""
    seen = answer.rows.filter(pl.col("value").is_not_null()).sort("value").to_dicts()
    if len(seen) < COMPARABLE:
        return None
    high, low = seen[-1], seen[0]
    return setting.say(
        "headline_ends",
        high=high["head"],
        high_value=labels.number(high["value"]),
        low=low["head"],
        low_value=labels.number(low["value"]),
    )


def most_moved(answer: Answer, setting: Setting) -> str | None:
    """The indicator whose score moved most."""
    if answer.rows.is_empty():
        return None
    row = answer.rows.row(0, named=True)
    entry = setting.indicators[row["column"]]
    then, now = (labels.with_percent(row[key], entry) for key in ("value_before", "value_now"))
    return setting.say("headline_moved", name=row["head"], then=then, now=now)
