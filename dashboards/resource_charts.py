"""What the charts of 资源整合 (D2) ask."""

from collections.abc import Sequence
from dataclasses import replace

import polars as pl

from dashboards import queries
from dashboards.answers import Answer, Question, best_first, judged
from dashboards.coordination_charts import ranked, side_by_side
from dashboards.scopes import Scope, within
from dashboards.view import CITY_CODE

FUNDS = ("fund_budget_year", "fund_received_ytd", "fund_spent_ytd")
PLACES = ("train_slots_offered", "train_slots_used")
QUARTERS_SHOWN = 8
MONEY_LINES = (1, 2, 3, 0)


def unit_funds(question: Question) -> Answer:
    """The budget a member of every unit, by level (D2-3)."""
    inside = within(question.view, question.duty)
    scopes = [
        Scope("unit", row["unit_code"], row["unit_name"], row["county_code"])
        for row in inside.iter_rows(named=True)
    ]
    rows = judged(question, ["RES01"], scopes).join(
        inside.select(scope="unit_code", level="level"), on="scope", maintain_order="left"
    )
    return question.counted(rows, "RES01")


def money(question: Question) -> Answer:
    """Budget, received and spent by place, in 万元 and as parts of the budget (D2-4).

    Townships do not report what they received: its part is taken of the budgets of those who do.
    """
    rows = _wide(question, FUNDS, question.row_scopes)
    base = _wide(question, FUNDS[:1], [_receivers(scope) for scope in question.row_scopes])
    bases = dict(zip(base["county"], base[FUNDS[0]], strict=True))
    at_unit = pl.col("scope_level") == "unit"
    county_base = pl.col("county").replace_strict(bases, default=None, return_dtype=pl.Float64)
    shares = rows.rename(dict(zip(FUNDS, ("budget", "received_total", "spent_total"), strict=True)))
    received_of = pl.when(at_unit).then(pl.col("budget")).otherwise(county_base)
    only_receivers = pl.when(pl.lit(question.view.level == "township")).then(None)
    named = shares.with_columns(
        received=only_receivers.otherwise(_part("received_total", received_of)),
        spent=_part("spent_total", pl.col("budget")),
    )
    return question.capped(best_first(named, "spent"), "spent")


def _part(name: str, of: pl.Expr) -> pl.Expr:
    return pl.when(of > 0).then(100 * pl.col(name) / of)


def _receivers(scope: Scope) -> Scope:
    """The part of a place that reports what it received: all but its townships."""
    if scope.level == "county":
        return Scope("county_level", f"{scope.code}/county", scope.name, scope.county)
    return scope


def _wide(question: Question, fields: Sequence[str], scopes: Sequence[Scope]) -> pl.DataFrame:
    """One row a scope, one column a field; fields nobody reported are null."""
    found = question.totals(fields, scopes)
    grid = pl.DataFrame(
        [(scope.code, scope.level, scope.name, scope.county) for scope in scopes],
        schema=dict.fromkeys(("scope", "scope_level", "name", "county"), pl.String),
        orient="row",
    )
    for field in fields:
        one = found.filter(pl.col("field") == field)
        grid = grid.join(
            one.select("scope", "scope_level", pl.col("total").alias(field)),
            on=["scope", "scope_level"],
            how="left",
            maintain_order="left",
        )
    return grid


def money_lines(question: Question) -> Answer:
    """How the money is budgeted, by level (D2-5)."""
    found = queries.code_counts(
        question.reader,
        question.snapshot,
        question.view.period,
        "fund_budget_line",
        question.level_scopes,
        question.under,
    )
    rows = found.rename({"units": "count"}).with_columns(total=pl.col("count").sum().over("scope"))
    shares = rows.with_columns(share=100 * pl.col("count") / pl.col("total"))
    kept = shares.filter(pl.col("code").is_in(MONEY_LINES) & (pl.col("total") > 0))
    return question.covered(kept.drop("units_expected", "units_used"))


def venues(question: Question) -> Answer:
    """Shared venues, and the area for a hundred members (D2-6)."""
    return side_by_side(question, "RES06", "RES05")


def training(question: Question) -> Answer:
    """Hours of study, and places given to and taken from others (D2-10)."""
    lead = ranked(question, "RES10", question.row_scopes)
    places = _wide(question, PLACES, question.row_scopes).select(
        "scope", "scope_level", offered=PLACES[0], used=PLACES[1]
    )
    rows = lead.rows.join(places, on=["scope", "scope_level"], how="left", maintain_order="left")
    return replace(lead, rows=rows)


def over_quarters(question: Question, indicators: Sequence[str]) -> Answer:
    """Indicators over the last quarters, by level and in all."""
    view, snapshot = question.view, question.snapshot
    periods = [period for period in snapshot.periods if period <= view.period][-QUARTERS_SHOWN:]
    whole = _surroundings(question)
    scopes = [*question.level_scopes, whole]
    asked = (question.reader, snapshot, periods, indicators, scopes)
    found = question.kept_apart(
        queries.indicator_rows(*asked, question.under), "indicator", question.guarded
    )
    is_whole = (pl.col("scope_level") == whole.level) & (pl.col("scope") == whole.code)
    rows = found.with_columns(is_whole=is_whole)
    return question.covered(rows.sort("indicator", "period", maintain_order=True))


def _surroundings(question: Question) -> Scope:
    """What the levels are compared with: the chosen county, else the city."""
    if question.view.county and question.view.county != CITY_CODE:
        name = question.whole_name
        return Scope("county", question.view.county, name, question.view.county)
    return Scope("city", CITY_CODE, question.catalogue.structure.city.zh, "")
