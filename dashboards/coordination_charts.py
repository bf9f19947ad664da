"""What the charts of 协调联动 (D1) ask."""

from collections.abc import Sequence
from dataclasses import replace

import polars as pl

from dashboards import queries
from dashboards.answers import Answer, Question, best_first, judged, scaled_gap
from dashboards.scopes import Scope, within
from dashboards.view import LEVELS

SECTORS = (
    "joint_discipline",
    "joint_organization",
    "joint_publicity",
    "joint_union",
    "joint_youth",
    "joint_women",
    "joint_business",
)
FEEDBACK = ("feedback_open", "feedback_new", "feedback_fixed", "feedback_close")
COMMITTEES = ("city_wc", "county_wc")
WITHDRAWN, CLOSED = 5, 3
CONFIRMED = 1


def gaps(question: Question, chart: str) -> Answer:
    """Place by indicator, gap to target, the best place on top (D1-0, D2-0)."""
    entry = next(one for one in question.catalogue.dashboards[chart[:2]].charts if one.id == chart)
    shown = [name for name in entry.shows if name in question.catalogue.indicators]
    rows = scaled_gap(question, judged(question, shown, question.row_scopes))
    return question.capped(best_first(rows, "part"), "part")


def level_flow(question: Question) -> Answer:
    """Matters from level to level, and the share of them closed (D1-1)."""
    rows = _touching(question, matters(question)).filter(pl.col("matter_status") != WITHDRAWN)
    ends = [pl.col("initiator_level"), pl.col("counterpart_level")]
    known = rows.with_columns(
        pl.when(end.is_in(LEVELS)).then(end).otherwise(pl.lit("other")) for end in ends
    )
    flow = known.group_by("initiator_level", "counterpart_level").agg(
        matters=pl.len(), closed=(pl.col("matter_status") == CLOSED).sum()
    )
    shares = flow.with_columns(share=100 * pl.col("closed") / pl.col("matters"))
    order = pl.Enum([*LEVELS, "other"])
    keys = [end.cast(order) for end in ends]
    return question.covered(shares.sort(keys))


def matters(question: Question) -> pl.DataFrame:
    return queries.matters(question.reader, question.snapshot, question.view.period)


def _touching(question: Question, rows: pl.DataFrame) -> pl.DataFrame:
    """The matters in which one of the two parties is inside the view."""
    for kind, value in (("county", question.view.county), ("level", question.view.level)):
        if value:
            sides = (pl.col(f"{side}_{kind}") == value for side in ("initiator", "counterpart"))
            rows = rows.filter(pl.any_horizontal(*sides))
    return rows


def ranked(question: Question, indicator: str, rows: Sequence[Scope]) -> Answer:
    """One indicator, the best on top."""
    ordered = best_first(judged(question, [indicator], rows), "value")
    capped = question.capped(ordered, "value")
    return question.counted(capped.rows, indicator, capped.omitted)


def sectors(question: Question) -> Answer:
    """Which part of the units worked with each of seven sectors (D1-4)."""
    rows = question.row_scopes
    found = question.totals(SECTORS, rows)
    grid = _every_pair(rows).join(
        found.drop("name", "county"),
        on=["scope", "scope_level", "field"],
        how="left",
        maintain_order="left",
    )
    used = pl.col("units_used")
    share = pl.when(used > 0).then(100 * pl.col("units_positive") / used)
    return question.capped(best_first(grid.with_columns(share=share), "share"), "share")


def _every_pair(rows: Sequence[Scope]) -> pl.DataFrame:
    return pl.DataFrame(
        [
            {
                "scope": scope.code,
                "scope_level": scope.level,
                "name": scope.name,
                "county": scope.county,
                "field": field,
            }
            for scope in rows
            for field in SECTORS
        ],
        schema=dict.fromkeys(("scope", "scope_level", "name", "county", "field"), pl.String),
    )


def guidance(question: Question) -> Answer:
    """How many of its subordinate units each working committee reached (D1-7)."""
    inside = within(question.view, question.duty).filter(pl.col("unit_kind").is_in(COMMITTEES))
    scopes = [
        Scope("unit", row["unit_code"], row["unit_name"], row["county_code"])
        for row in inside.iter_rows(named=True)
    ]
    rows = best_first(judged(question, ["COO02"], scopes), "value")
    return Answer(rows, inside.height, int(inside["is_used"].sum()))


def feedback(question: Question) -> Answer:
    """The stock of problems fed back from above, and its changes (D1-8)."""
    found = question.totals(FEEDBACK, [question.whole])
    order = pl.col("field").cast(pl.Enum(FEEDBACK))
    rows = found.sort(order).select(
        "scope", "scope_level", "name", "field", "total", "units_expected", "units_used"
    )
    if rows["total"].null_count():  # nobody reported it: there is no stock to draw
        rows = rows.clear()
    if rows.is_empty():
        return question.covered(rows)
    return Answer(rows, int(rows["units_expected"][0]), int(rows["units_used"][0]))


def by_level(question: Question, indicators: Sequence[str]) -> Answer:
    """Indicators in groups, a line for each level."""
    rows = judged(question, indicators, question.level_scopes)
    order = pl.col("indicator").cast(pl.Enum(indicators))
    return question.covered(rows.sort(order, maintain_order=True))


def side_by_side(question: Question, first: str, *others: str) -> Answer:
    """Several indicators over the same places, ordered by the first."""
    lead = ranked(question, first, question.row_scopes)
    order = {scope: place for place, scope in enumerate(lead.rows["scope"])}
    shown = [scope for scope in question.row_scopes if scope.code in order]
    shown.sort(key=lambda scope: order[scope.code])
    rows = judged(question, [first, *others], shown)
    return replace(lead, rows=rows)


def mirror(question: Question) -> Answer:
    """What partners answered to the matters of each place (D1-11)."""
    parts = [_answers(scope, part) for scope, part in _by_initiator(question)]
    rows = pl.concat(parts) if parts else pl.DataFrame(schema=CODE_ROWS)
    with_share = rows.with_columns(share=100 * pl.col("count") / pl.col("total"))
    confirmed = pl.when(pl.col("code") == CONFIRMED).then(pl.col("share"))
    ordered = best_first(with_share.with_columns(confirmed=confirmed), "confirmed")
    return question.capped(ordered.drop("confirmed"), "share")


CODE_ROWS = {
    "scope": pl.String,
    "scope_level": pl.String,
    "name": pl.String,
    "county": pl.String,
    "code": pl.Int64,
    "count": pl.Int64,
    "total": pl.Int64,
}
"""Of each place, how many of its total have a code."""


def _by_initiator(question: Question) -> list[tuple[Scope, pl.DataFrame]]:
    rows = matters(question).filter(pl.col("matter_status") != WITHDRAWN)
    parts = [(scope, rows.filter(_initiated(scope))) for scope in question.row_scopes]
    return [(scope, part) for scope, part in parts if not part.is_empty()]


def _initiated(scope: Scope) -> pl.Expr:
    if scope.level == "unit":
        return pl.col("initiator_code") == scope.code
    county, _, level = scope.code.partition("/")
    inside = pl.col("initiator_county") == county
    return inside & (pl.col("initiator_level") == level) if level else inside


def _answers(scope: Scope, part: pl.DataFrame) -> pl.DataFrame:
    counts = {code: part.filter(pl.col("mirror_confirmed") == code).height for code in (1, 0, 2, 9)}
    return pl.DataFrame(
        [
            (scope.code, scope.level, scope.name, scope.county, code, count, sum(counts.values()))
            for code, count in counts.items()
        ],
        schema=CODE_ROWS,
        orient="row",
    )
