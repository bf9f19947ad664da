"""What the charts of 监测与填报质量 (D6) ask: who owes what, and which rules found most."""

import re
from collections import Counter

import polars as pl

from dashboards import queries
from dashboards.answers import Answer, Question
from dashboards.coordination_charts import CODE_ROWS
from dashboards.figures.setting import Setting
from dashboards.live import STATES, Live
from dashboards.scopes import within
from dashboards.signs import unnamed, untold_rules

MISSING = 1
CODES = re.compile(r"【[^】]*】")
HOLE = re.compile(r"“?\{[^}]*\}”?")
HOLLOW = re.compile(r"\([—…-]*\)|^…=…,")
"""What stood around a hole, and says nothing without it."""
OPEN = "…"
"""Stands where a message has a number or a name of its own."""
FOUND = """
select finding.rule, finding.severity, finding.unit_code, finding.sheet, finding.cell,
    finding.value, finding.expected, finding.message, finding.status
from core.finding as finding
join core.submission as submission on finding.submission_id = submission.submission_id
where submission.is_current and finding.period = ?
order by finding.rule, finding.unit_code, finding.sheet, finding.cell
"""


def progress(question: Question) -> Answer:
    """Returns by state and county: of this moment where the registry is asked (D6-1)."""
    states = return_states(question)
    counts = Counter(states.select("county_code", "code").iter_rows())
    totals = Counter(states["county_code"])
    found = [
        (county, "county", name, county, code, counts[county, code], totals[county])
        for county, name in _places(question, states)
        for code in sorted({*STATES.values()})
    ]
    rows = pl.DataFrame(found, schema=CODE_ROWS, orient="row")
    with_share = rows.with_columns(share=100 * pl.col("count") / pl.col("total"))
    return question.covered(with_share)


def _places(question: Question, states: pl.DataFrame) -> list[tuple[str, str]]:
    names = question.catalogue.counties
    city = question.catalogue.say("dashboards.city_organs")
    known = states["county_code"].unique().sort().to_list()
    return [(code, names.get(code, city)) for code in known]


def return_states(question: Question) -> pl.DataFrame:
    """Every unit of the view that owes a return, and where it stands as a code of 报送状态."""
    live = question.live
    if live is None:
        states = question.duty.with_columns(code=_state_of_snapshot())
        return within(question.view, states)
    return within(question.view, _of_registry(question, live))


def _of_registry(question: Question, live: Live) -> pl.DataFrame:
    seen = [
        unit
        for unit in live.units
        if unit.state in STATES and question.reader.may_see_unit(unit.unit_code, unit.county_code)
    ]
    return pl.DataFrame(
        {
            "unit_code": [unit.unit_code for unit in seen],
            "unit_name": [unit.unit_name for unit in seen],
            "level": [unit.level for unit in seen],
            "county_code": [unit.county_code for unit in seen],
            "code": [STATES[unit.state] for unit in seen],
        },
        schema={**dict.fromkeys(("unit_code", "unit_name", "level", "county_code"), pl.String),
                "code": pl.Int64},
    )  # fmt: skip


def _state_of_snapshot() -> pl.Expr:
    """What a snapshot knows: whether a return came, was sent back, was taken into the numbers."""
    return (
        pl.when(~pl.col("is_received"))
        .then(STATES["missing"])
        .when(pl.col("verdict") == "returned")
        .then(STATES["returned"])
        .when(pl.col("is_used"))
        .then(STATES["locked"])
        .otherwise(STATES["received"])
        .cast(pl.Int64)
    )


def findings(question: Question) -> pl.DataFrame:
    """The findings in the returns in force, of units the reader may see; signs for reviewers."""
    if not question.snapshot.holds("core.finding", "unit_code", "message"):
        return pl.DataFrame(schema={"rule": pl.String})
    rows = question.snapshot.ask(FOUND, question.view.period)
    untold = untold_rules(question.reader, question.catalogue)
    rows = rows.filter(~pl.col("rule").is_in(untold))
    others = queries.other_names(question.reader, question.snapshot, question.view.period)
    rows = rows.with_columns(unnamed(rows["message"], others, question.catalogue))
    units = within(question.view, question.duty).select("unit_code", "unit_name", "county_code")
    return rows.join(units, on="unit_code", how="inner", maintain_order="left")


def by_rule(question: Question) -> Answer:
    """The rules by how many findings they made, and the share they reach together (D6-2)."""
    rows = findings(question)
    if rows.is_empty():
        return question.covered(rows)
    counted = (
        rows.group_by("rule", "severity")
        .agg(count=pl.len(), units=pl.col("unit_code").n_unique())
        .sort("count", "rule", descending=[True, False])
    )
    shares = counted.with_columns(share=100 * pl.col("count").cum_sum() / pl.col("count").sum())
    names = pl.col("rule").replace_strict(
        {name: rule_text(question, name) for name in counted["rule"]}, return_dtype=pl.String
    )
    kept = shares.with_columns(name=names).head(question.limits.max_rows)
    return question.covered(kept)


def rule_text(question: Question, rule: str) -> str:
    """What a rule says; its holes and the numbers of its fields stay open."""
    entry = question.catalogue.rules.get(rule)
    if entry is None:
        return ""
    text = HOLE.sub(OPEN, CODES.sub("", entry.message)).replace(OPEN * 2, OPEN)
    return HOLLOW.sub("", text).split("。")[0].strip("=,，：: ")


def told_progress(answer: Answer, setting: Setting) -> str | None:
    """How many returns have come, and where most are missing."""
    if answer.rows.is_empty():
        return None
    missing = answer.rows.filter((pl.col("code") == MISSING) & (pl.col("count") > 0))
    owed = int(answer.rows["count"].sum())
    fills = {"all": owed, "received": owed - int(missing["count"].sum())}
    if missing.is_empty():
        return setting.say("headline_all_in", **fills)
    most = missing.sort("count", descending=True, maintain_order=True).row(0, named=True)
    return setting.say("headline_progress", name=most["name"], most=most["count"], **fills)


def told_rules(answer: Answer, setting: Setting) -> str | None:
    """How many rules make up how much."""
    if answer.rows.is_empty():
        return None
    first = answer.rows.head(3)
    return setting.say(
        "headline_rules",
        rules=first.height,
        share=f"{first['share'][-1]:.0f}",
        top=first["rule"][0],
    )
