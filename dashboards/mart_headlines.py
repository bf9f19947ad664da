"""The sentences over the tables of the marts: computed from their cells, or none."""

import polars as pl

from dashboards.answers import Answer
from dashboards.figures import labels
from dashboards.figures.setting import Setting


def _cells(answer: Answer) -> pl.DataFrame:
    return answer.rows.filter(pl.col("value").is_not_null())


def busiest(answer: Answer, setting: Setting) -> str | None:
    """The cell with most, and how many cells are empty."""
    seen = _cells(answer)
    if seen.is_empty() or answer.omitted or not seen["value"].sum():
        return None
    most = seen.sort("value", descending=True, maintain_order=True).row(0, named=True)
    return setting.say(
        "headline_busiest",
        count=labels.number(float(seen["value"].sum())),
        start=most["name"],
        end=most["column"],
        most=labels.number(most["value"]),
        empty=seen.filter(pl.col("value") == 0).height,
    )


def confirmed(answer: Answer, setting: Setting) -> str | None:
    """How many ties are listed, and how many of them by both sides."""
    seen = _cells(answer).filter(pl.col("value") > 0)
    if seen.is_empty() or answer.omitted:
        return None
    both = seen["text"].str.split("/").list.first().cast(pl.Int64).sum()
    return setting.say(
        "headline_confirmed", listed=labels.number(float(seen["value"].sum())), both=both
    )


def flow(answer: Answer, setting: Setting) -> str | None:
    """The resource and the way that most goes."""
    seen = _cells(answer)
    if seen.is_empty() or not seen["value"].sum():
        return None
    most = seen.sort("value", descending=True, maintain_order=True).row(0, named=True)
    return setting.say(
        "headline_resource_flow",
        count=labels.number(float(seen["value"].sum())),
        resource=most["name"],
        way=most["column"],
        most=labels.number(most["value"]),
    )


def days(answer: Answer, setting: Setting) -> str | None:
    """How long matters take by the median, direction by direction."""
    column = setting.say("days_median")
    seen = _cells(answer).filter(pl.col("column") == column)
    if seen.is_empty():
        return None
    parts = [
        setting.say("headline_days_part", name=row["name"], days=row["text"])
        for row in seen.to_dicts()
    ]
    return setting.say("headline_days", parts=setting.say("list_mark").join(parts))


def elections(answer: Answer, setting: Setting) -> str | None:
    """How many organisations are overdue, and how many fall due in the next quarters."""
    whole = _cells(answer).filter(pl.col("scope") == pl.col("scope").first())
    if whole.is_empty():
        return None
    overdue, *coming = whole["value"].to_list()
    return setting.say(
        "headline_elections",
        place=whole["name"].first(),
        overdue=labels.number(overdue),
        coming=labels.number(sum(coming)),
    )


def neutral(_: Answer, __: Setting) -> None:
    """No sentence: the title stands."""
