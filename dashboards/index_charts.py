"""What the charts of indices and profiles ask (D0, and the last chart of D1, D2 and D3)."""

from collections.abc import Sequence

import polars as pl

from dashboards import queries
from dashboards.answers import Answer, Question
from dashboards.scopes import Scope
from models.catalogue_model import Catalogue

MOST_MOVED = 10
KEYS = ["scope", "scope_level", "column"]


def overall(question: Question) -> Answer:
    """The indices of the whole, now and then, with their intervals (D0-1)."""
    names = list(question.catalogue.composites)
    now, then = (_indices(question, period, [question.whole], names) for period in _both(question))
    before = _alike(question, then).select(
        "column", previous="value", low_before="low", high_before="high"
    )
    both = now.join(before, on="column", how="left").with_columns(
        is_unlike=pl.col("column").is_in(list(question.unlike()))
    )
    return question.covered(_in_order(question, both, names))


def _alike(question: Question, then: pl.DataFrame) -> pl.DataFrame:
    """What then was made of the same as now: other things are not compared."""
    return then.filter(~pl.col("column").is_in(list(question.unlike())))


def _both(question: Question) -> tuple[str, str]:
    return question.view.period, question.compared or ""


def _indices(
    question: Question, period: str, rows: Sequence[Scope], names: Sequence[str]
) -> pl.DataFrame:
    asked = (question.reader, question.snapshot, period, names, rows)
    found = queries.composite_rows(*asked, question.under)
    return found.rename({"composite": "column"})


def side_by_side(question: Question) -> Answer:
    """The indices of every place, and the tier where it is sure (D0-2)."""
    names = list(question.catalogue.composites)
    found = _indices(question, question.view.period, _places(question), names)
    return _table(question, found, names)


def decomposed(question: Question, composite: str) -> Answer:
    """One index of every place, its dimensions, other weightings (D1-13, D2-15, D3-10).

    The column of an alternative is the index and the weighting, joined by a colon.
    """
    rows, period = _places(question), question.view.period
    whole = _indices(question, period, rows, [composite])
    asked = (question.reader, question.snapshot, period, composite, rows)
    parts = queries.dimension_rows(*asked, question.under)
    found = pl.concat([whole, parts.rename({"dimension": "column"})], how="diagonal_relaxed")
    index = question.catalogue.composites[composite]
    others = [f"{composite}:{weighting}" for weighting in index.weightings]
    if others:
        asked = (question.reader, question.snapshot, period, composite, rows)
        weighted = queries.weighting_rows(*asked, question.under).with_columns(
            column=pl.format("{}:{}", pl.lit(composite), "weighting")
        )
        found = pl.concat([found, weighted.drop("weighting")], how="diagonal_relaxed")
    return _table(question, found, [composite, *(each.id for each in index.dimensions), *others])


def unweighed(catalogue: Catalogue, shows: Sequence[str]) -> str:
    """Under the picture of one index: which named alternative of its weights is not computed."""
    index = catalogue.composites.get(shows[0]) if len(shows) == 1 else None
    names = [each.zh for each in index.alternatives if not each.weighs] if index else []
    return "".join(catalogue.say("dashboards.unweighed_line", name=name) for name in names)


def _places(question: Question) -> list[Scope]:
    """The whole first, then its parts in their fixed order: places of an index are not ranked."""
    room = question.limits.max_rows - 1
    rows = question.row_scopes[:room]
    return rows if [question.whole.code] == [row.code for row in rows] else [question.whole, *rows]


def _table(question: Question, found: pl.DataFrame, columns: Sequence[str]) -> Answer:
    places = queries.scope_table(question.reader, _places(question))
    grid = places.join(pl.DataFrame({"column": list(columns)}), how="cross")
    values = found.drop("name", "county")
    rows = grid.join(values, on=KEYS, how="left", maintain_order="left")
    left = max(0, len(question.row_scopes) - question.limits.max_rows + 1)
    return question.covered(_headed(question, rows), left)


def _headed(question: Question, rows: pl.DataFrame) -> pl.DataFrame:
    heads = heads_of(question)
    return rows.with_columns(head=pl.col("column").replace_strict(heads, return_dtype=pl.String))


def _in_order(question: Question, rows: pl.DataFrame, columns: Sequence[str]) -> pl.DataFrame:
    return _headed(question, rows).sort(pl.col("column").cast(pl.Enum(columns)))


def heads_of(question: Question) -> dict[str, str]:
    """Chinese name of every index, alternative, dimension and axis by its id."""
    catalogue = question.catalogue
    composites = {each.id: each.zh for each in catalogue.composites.values()}
    dimensions = {d.id: d.zh for each in catalogue.composites.values() for d in each.dimensions}
    others = {
        f"{index.id}:{other.id}": other.zh
        for index in catalogue.composites.values()
        for other in index.alternatives
    }
    axes = {
        f"{profile.id}.{number}": axis.zh
        for profile in catalogue.profiles.values()
        for number, axis in enumerate(profile.axes, start=1)
    }
    return {**composites, **dimensions, **others, **axes}


def axes(question: Question, profile: str) -> Answer:
    """The axes of a profile of the whole, now and then (D0-3, D0-4)."""
    count = len(question.catalogue.profiles[profile].axes)
    columns = [f"{profile}.{number}" for number in range(1, count + 1)]
    now, then = (
        queries.dimension_rows(
            question.reader, question.snapshot, period, profile, [question.whole], question.under
        ).rename({"dimension": "column"})
        for period in _both(question)
    )
    before = _alike(question, then).select("column", previous="value")
    both = now.join(before, on="column", how="left")
    return question.covered(_in_order(question, both, columns))


def most_moved(question: Question) -> Answer:
    """The indicators of the whole whose score moved most since the quarter compared (D0-5)."""
    now, then = (
        queries.score_rows(
            question.reader, question.snapshot, period, [question.whole], question.under
        )
        for period in _both(question)
    )
    alike = then.filter(~pl.col("indicator").is_in(list(question.unlike("score_mark"))))
    before = alike.select("indicator", previous="score", value_before="value_now")
    both = now.filter(pl.col("taken_from") == question.view.period).join(before, on="indicator")
    moved = both.with_columns(moved=pl.col("value") - pl.col("previous")).filter(
        pl.col("moved") != 0
    )
    known = question.catalogue.indicators
    rows = moved.sort(pl.col("moved").abs(), descending=True).head(MOST_MOVED)
    heads = {name: entry.zh for name, entry in known.items()}
    return question.covered(
        rows.with_columns(
            column=pl.col("indicator"),
            head=pl.col("indicator").replace_strict(heads, return_dtype=pl.String),
        )
    )
