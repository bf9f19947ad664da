"""What became of findings: by rule (D6-8), by level (D6-9), and reasons given too often (D6-10)."""

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

import polars as pl

from dashboards.answers import Answer, Question
from dashboards.figures import labels
from dashboards.figures.setting import Setting
from dashboards.listing import Listing, county_names, heads, lacking, link
from dashboards.mart_charts import SCHEMA, cell_row, counted, shaded
from dashboards.monitoring_charts import rule_text
from dashboards.scopes import Scope, within
from dashboards.signs import untold_rules
from dashboards.tables import Cell
from dashboards.view import LEVELS

FINDINGS = """
select finding.rule, finding.severity, finding.unit_code, finding.status
from marts.finding as finding
where finding.period = ? and not list_contains(?, finding.rule)
"""
EVALUATED = """
select record.rule, record.evaluated, record.failed
from marts.rule_record as record
where record.period = ?
"""
REASONS = """
select reason.scope_level, reason.scope_code, reason.reason_code, reason.reason_text,
    reason.uses, reason.units, reason.of_all, reason.share
from marts.reason_use as reason
where reason.period = ? and reason.is_overused
order by reason.uses desc, reason.scope_level, reason.scope_code, reason.reason_text
"""
FINDING, RECORD, REASON = "marts.finding", "marts.rule_record", "marts.reason_use"
STATUSES = ("open", "explained", "settled", "waived", "corrected")
SEVERITY_LOOK = {"must": "missed", "verify": "near", "hint": "blank"}


def findings(question: Question) -> pl.DataFrame:
    """Every finding of every version, of the units of the view; signs for reviewers only."""
    untold = untold_rules(question.reader, question.catalogue)
    rows = question.snapshot.ask(FINDINGS, question.view.period, untold)
    units = within(question.view, question.duty).select("unit_code", "level", "county_code")
    return rows.join(units, on="unit_code", how="inner", maintain_order="left")


def by_rule(question: Question) -> Listing:
    """Rule by rule: how often it was asked, how often it fired, and what became of it (D6-8)."""
    titles = heads(
        question, "rule", "severity", "rule_says", "judged", "broken", "fired",
        *(f"finding_{status}" for status in STATUSES), "answered_share",
    )  # fmt: skip
    if gone := lacking(question, FINDING, RECORD):
        return Listing(titles, [], gone)
    rows = findings(question)
    asked = _evaluated(question)
    ranked = (
        rows.group_by("rule", "severity")
        .agg(*(pl.col("status").eq(name).sum().alias(name) for name in STATUSES), fired=pl.len())
        .sort("fired", "rule", descending=[True, False])
    )
    lines = [_rule_line(question, row, asked) for row in ranked.iter_rows(named=True)]
    return Listing(titles, lines, headline=_told_rules(question, ranked, asked))


def _evaluated(question: Question) -> Mapping[str, tuple[int, int]]:
    """Rule -> how many things it judged and found wanting; counted for the whole city only."""
    view = question.view
    if view.county or view.level or view.unit or question.reader.counties or question.reader.units:
        return {}
    rows = question.snapshot.ask(EVALUATED, view.period)
    return {rule: (judged, broken) for rule, judged, broken in rows.iter_rows()}


def _rule_line(
    question: Question, row: dict[str, Any], asked: Mapping[str, tuple[int, int]]
) -> list[Cell]:
    say, rule = question.catalogue.say, row["rule"]
    judged, broken = asked.get(rule, (None, None))
    answered = row["fired"] - row["open"]
    return [
        (rule, "", link(question, f"/jiance/{rule}")),
        (say(f"dashboards.severity_{row['severity']}"), SEVERITY_LOOK[row["severity"]]),
        (rule_text(question, rule), "text"),
        "" if judged is None else f"{judged:,}",
        "" if broken is None else f"{broken:,}",
        str(row["fired"]),
        (str(row["open"]), "missed" if row["open"] else ""),
        *(str(row[name]) for name in STATUSES[1:]),
        f"{labels.brief(100 * answered / row['fired'], 1)}%",
    ]


def _told_rules(
    question: Question, ranked: pl.DataFrame, asked: Mapping[str, tuple[int, int]]
) -> str | None:
    if ranked.is_empty():
        return None
    fills = {"fired": ranked["fired"].sum(), "rules": ranked.height, "open": ranked["open"].sum()}
    text = question.catalogue.say("dashboards.headline_rule_record", **fills)
    silent = len(set(asked) - set(ranked["rule"]))
    if not asked:
        return text
    return text + question.catalogue.say("dashboards.headline_silent_rules", silent=silent)


def by_level(question: Question) -> Answer:
    """Findings by level and what became of them (D6-9)."""
    if not question.snapshot.holds(FINDING):
        return question.covered(pl.DataFrame(schema=SCHEMA))
    rows = findings(question)
    if rows.is_empty():
        return question.covered(pl.DataFrame(schema=SCHEMA))
    say = question.catalogue.say
    counts = Counter(rows.select("level", "status").iter_rows())
    present = [level for level in LEVELS if level in {level for level, _ in counts}]
    cells = [
        cell_row(
            question,
            Scope("subject", level, question.level_names[level], ""),
            say(f"dashboards.finding_{status}_column"),
            counted(counts[level, status]),
        )
        for level in present
        for status in STATUSES
    ]
    return question.covered(shaded(cells))


def told_levels(answer: Answer, setting: Setting) -> str | None:
    """How many findings wait, of how many, and where most of them."""
    if answer.rows.is_empty():
        return None
    column = setting.say("finding_open_column")
    waiting = answer.rows.filter(column=column)
    most = waiting.sort("value", descending=True, maintain_order=True).row(0, named=True)
    all_ = labels.number(float(answer.rows["value"].sum()))
    count = labels.number(float(waiting["value"].sum()))
    if not waiting["value"].sum():
        return setting.say("headline_none_open", all=all_)
    fills = {"name": most["name"], "most": labels.number(most["value"])}
    return setting.say("headline_open", all=all_, count=count, **fills)


def reasons(question: Question) -> Listing:
    """Reasons that were given so often that they explain little (D6-10)."""
    titles = heads(question, "where_used", "reason", "uses", "units", "of_all", "share_used")
    if gone := lacking(question, REASON):
        return Listing(titles, [], gone)
    rows = question.snapshot.ask(REASONS, question.view.period)
    names = _places(question)
    lines = [
        _reason_line(question, row, names[key])
        for row in rows.iter_rows(named=True)
        if (key := (row["scope_level"], row["scope_code"])) in names
    ]
    said = question.catalogue.say("dashboards.headline_reasons", count=len(lines))
    nothing = question.catalogue.say("dashboards.none_overused")
    return Listing(titles, lines, headline=said if lines else None, nothing=nothing)


def _places(question: Question) -> dict[tuple[str, str], str]:
    """The scopes of reasons that the view has and the reader may see, with their names."""
    view, reader = question.view, question.reader
    units = within(view, question.duty).select("unit_code", "unit_name", "county_code")
    names = {("unit", code): name for code, name, _ in units.iter_rows()}
    counties = set(units["county_code"]) if reader.units is None and not view.level else set()
    names |= {("county", code): county_names(question)[code] for code in counties}
    if reader.counties is None and reader.units is None and view.county is None and not view.level:
        city = question.catalogue.structure.city
        names[("city", city.code)] = question.catalogue.say("dashboards.whole_city")
        untold = set(untold_rules(reader, question.catalogue))
        say = question.catalogue.say
        names |= {
            ("rule", rule): say("dashboards.rule_name", rule=rule)
            for rule in set(question.catalogue.rules) - untold
        }
    return names


def _reason_line(question: Question, row: dict[str, Any], place: str) -> list[Cell]:
    codes = question.catalogue.codes["explanation_reason"]
    text = row["reason_text"] or codes.get(row["reason_code"], str(row["reason_code"]))
    share = f"{labels.brief(100 * row['share'], 1)}%"
    return [place, (text, "text"), str(row["uses"]), str(row["units"]), str(row["of_all"]), share]


LISTINGS: dict[str, Callable[[Question], Listing]] = {"D6-8": by_rule, "D6-10": reasons}
