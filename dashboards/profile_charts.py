"""What the pages of one place ask: where it stands among its like, its course, its inside."""

from collections.abc import Sequence
from dataclasses import replace

import polars as pl

from dashboards import queries
from dashboards.answers import Answer, Question, judged, scaled_gap
from dashboards.figures.setting import Setting
from dashboards.judgement import REACHED, gap, status_of_gap
from dashboards.reader import CITY
from dashboards.scopes import CITY_ORGANS, Scope

QUARTERS_SHOWN = 8


def beside(question: Question) -> Answer:
    """Every indicator of the place among the places like it (D7-1, D8-1).

    The others are without names, unless the reader may see them and they are no units.
    """
    return _compared(question, _peers(question), is_named=question.whole.level != "unit")


def inside(question: Question) -> Answer:
    """Every indicator of the place and of the parts it is made of (D8-3)."""
    return _compared(question, question.row_scopes, is_named=True)


def _compared(question: Question, others: Sequence[Scope], *, is_named: bool) -> Answer:
    own = scaled_gap(
        question, judged(question, list(question.catalogue.indicators), [_own(question)])
    )
    known = own.filter(pl.col("value").is_not_null()).with_columns(is_own=pl.lit(value=True))
    if known.is_empty():
        return question.covered(known)
    rest = _values(question, others, known["indicator"].to_list(), is_named=is_named)
    return question.covered(pl.concat([known, rest], how="diagonal_relaxed"))


def _own(question: Question) -> Scope:
    """The place of the page; a unit by the name it had in the quarter."""
    if question.view.unit is None:
        return question.whole
    names = dict(question.duty.select("unit_code", "unit_name").iter_rows())
    return replace(question.whole, name=names.get(question.view.unit, question.view.unit))


def _peers(question: Question) -> list[Scope]:
    """The places that one may fairly be compared with; the rights of the reader come later."""
    whole, everyone = question.whole, replace(question, reader=CITY)
    if whole.level == "unit":
        return _like(everyone, whole.code)
    if whole.level in {"county", "city"}:
        counties = question.catalogue.counties.items()
        return [Scope("county", code, name, code) for code, name in counties if code != whole.code]
    if whole.level == "level" or whole.code == CITY_ORGANS:
        return []
    level = whole.code.partition("/")[2]
    return [
        Scope("county_level", f"{code}/{level}", name, code)
        for code, name in question.catalogue.counties.items()
        if code != whole.county
    ]


def _like(question: Question, unit: str) -> list[Scope]:
    """The other units of the same kind that sent a return."""
    kinds = dict(question.duty.select("unit_code", "unit_kind").iter_rows())
    rows = question.duty.filter(
        pl.col("is_used") & (pl.col("unit_kind") == kinds.get(unit)) & (pl.col("unit_code") != unit)
    )
    return [
        Scope("unit", code, "", county)
        for code, county in rows.select("unit_code", "county_code").iter_rows()
    ]


def _values(
    question: Question, others: Sequence[Scope], indicators: Sequence[str], *, is_named: bool
) -> pl.DataFrame:
    """What the others have, open indicators only; a name the reader may not know is left out."""
    is_unit = any(scope.level == "unit" for scope in others)
    wanted = [name for name in indicators if not (is_unit and name in question.guarded)]
    asked = (CITY, question.snapshot, [question.view.period], wanted, others)
    found = queries.indicator_rows(*asked, question.under)
    rows = found.filter(pl.col("value").is_not_null()).drop("units_expected", "units_used")
    entries = question.catalogue.indicators
    gaps = [
        gap(entries[name], value, level)
        for name, value, level in rows.select("indicator", "value", "scope_level").iter_rows()
    ]
    near = question.limits.near_part
    states = [
        status_of_gap(entries[name], distance, near)
        for name, distance in zip(rows["indicator"], gaps, strict=True)
    ]
    known = rows.with_columns(
        gap=pl.Series(gaps, dtype=pl.Float64), status=pl.Series(states, dtype=pl.String)
    )
    judged_ = scaled_gap(question, known)
    if question.reader.has_limits:  # the order of the directory would tell who is who
        judged_ = judged_.sort("indicator", "value")
    may = question.reader.may_see_total
    open_ = pl.Series([is_named and may(county) for county in judged_["county"]], dtype=pl.Boolean)
    blanks = [
        pl.when(open_).then(pl.col(name)).otherwise(pl.lit("")).alias(name)
        for name in ("scope", "name", "county")
    ]
    return judged_.with_columns(*blanks, is_own=pl.lit(value=False)).drop(
        "numerator", "denominator"
    )


def history(question: Question) -> Answer:
    """Every indicator of the place over the last quarters, and the middle of its like (D7-2)."""
    periods = [one for one in question.snapshot.periods if one <= question.view.period]
    own = _course(question, [_own(question)], periods[-QUARTERS_SHOWN:])
    if own.is_empty():
        return question.covered(own)
    peers = queries.indicator_rows(
        CITY, question.snapshot, periods[-QUARTERS_SHOWN:], own["indicator"].unique().to_list(),
        _peers(question), question.under,
    )  # fmt: skip
    middle = peers.group_by("period", "indicator").agg(median=pl.col("value").median())
    rows = own.join(middle, on=["period", "indicator"], how="left", maintain_order="left")
    return question.covered(rows)


def _course(question: Question, scopes: Sequence[Scope], periods: Sequence[str]) -> pl.DataFrame:
    """Values by indicator and quarter; indicators never known, or not to be shown, are left out."""
    own = question.reader.units or frozenset()
    hides = question.view.unit not in own and not question.reader.sees_small_groups
    names = [
        name
        for name in question.catalogue.indicators
        if not (hides and name in question.guarded and question.whole.level == "unit")
    ]
    asked = (question.reader, question.snapshot, periods, names, scopes)
    found = queries.indicator_rows(*asked, question.under)
    order = pl.col("indicator").cast(pl.Enum(names))
    known = found.filter(pl.col("value").is_not_null().any().over("indicator"))
    return question.guard(known).sort(order, "period", maintain_order=True)


def told(answer: Answer, setting: Setting) -> str | None:
    """How many indicators of the place reach their target."""
    if "is_own" not in answer.rows.columns:
        return None
    own = answer.rows.filter(pl.col("is_own") & pl.col("status").is_in(REACHED))
    if own.is_empty():
        return None
    missed = own.filter(pl.col("status") != "met").sort("part")
    if missed.is_empty():
        return setting.say("headline_profile_met", name=own["name"][0], all=own.height)
    worst = setting.indicators[missed["indicator"][0]].zh.partition("(")[0]
    return setting.say(
        "headline_profile", name=own["name"][0], all=own.height, missed=missed.height, worst=worst
    )


def told_inside(answer: Answer, setting: Setting) -> str | None:
    """Which indicator most of the parts miss, and how many of those that have it."""
    if "is_own" not in answer.rows.columns:
        return None
    parts = answer.rows.filter(~pl.col("is_own") & pl.col("status").is_in(REACHED))
    counts = parts.group_by("indicator").agg(
        all=pl.len(), missed=(pl.col("status") == "missed").sum()
    )
    most = counts.filter(pl.col("missed") > 0).sort("missed", "indicator", descending=[True, False])
    if most.is_empty():
        return None
    row = most.row(0, named=True)
    name = setting.indicators[row["indicator"]].zh.partition("(")[0]
    return setting.say("headline_inside", indicator=name, missed=row["missed"], all=row["all"])
