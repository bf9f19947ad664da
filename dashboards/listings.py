"""The tables of 监测与填报质量 (D6): heads and lines, shown on the page and as a file alike."""

from collections.abc import Callable

import polars as pl

from dashboards import (
    duty_lists,
    finding_lists,
    linkage_lists,
    queries,
    sampled,
    sharing_lists,
    version_lists,
)
from dashboards.answers import Question
from dashboards.listing import Listing, county_names, heads, lacking, unit_cells
from dashboards.live import STATES
from dashboards.monitoring_charts import findings
from dashboards.scopes import within
from dashboards.signs import unnamed

PARENTS = ("coord_parent_code", "party_parent_code")
LATE = """
select submission.unit_code, submission.period, submission.version, submission.received_at
from core.submission as submission
join core.period as period on submission.period = period.period
where submission.version > 1 and submission.is_used and submission.received_at > period.closes_at
order by submission.received_at desc
"""
VERSIONS = """
select unit_code, valid_from, unit_name, coord_parent_code, party_parent_code,
    lag(unit_name) over one as unit_name_before,
    lag(coord_parent_code) over one as coord_parent_code_before,
    lag(party_parent_code) over one as party_parent_code_before
from core.unit_version
window one as (partition by unit_code order by valid_from)
order by valid_from desc
"""


def reminders(question: Question) -> Listing:
    """催报名单: who still has something to do, county by county."""
    titles = heads(question, "county", "unit", "level", "state", "todo")
    names, states = county_names(question), question.catalogue.codes["return_state"]
    cell = unit_cells(question)
    if question.live:
        units = [one for one in question.live.units if one.todo]
        lines = [
            (names[one.county_code], cell(one.unit_code, one.unit_name),
             question.level_names[one.level], states[STATES.get(one.state, 1)],
             _unnamed(question, one.todo))
            for one in sorted(units, key=lambda one: (one.county_code, one.unit_code))
            if question.reader.may_see_unit(one.unit_code, one.county_code)
            and question.view.county in (None, one.county_code)
            and question.view.level in (None, one.level)
        ]  # fmt: skip
        return Listing(titles, lines)
    waiting = within(question.view, question.duty).filter(~pl.col("is_received"))
    say = question.catalogue.say
    lines = [
        (names[row["county_code"]], cell(row["unit_code"], row["unit_name"]),
         question.level_names[row["level"]], states[STATES["missing"]],
         say("dashboards.todo_not_sent"))
        for row in waiting.sort("county_code", "unit_code").iter_rows(named=True)
    ]  # fmt: skip
    return Listing(titles, lines)


def signs(question: Question) -> Listing:
    """疑似敷衍线索: for reviewers, to choose what to look at first (D6-4)."""
    titles = heads(question, "county", "unit", "rule", "sign")
    if gone := lacking(question, "core.finding", "core.submission"):
        return Listing(titles, [], gone)
    if not question.reader.sees_small_groups:
        return Listing(titles, [])
    kinds = {name: rule.kind for name, rule in question.catalogue.rules.items()}
    names, cell = county_names(question), unit_cells(question)
    rows = findings(question)
    lines = [
        (names[row["county_code"]], cell(row["unit_code"], row["unit_name"]), row["rule"],
         (row["message"], "text"))
        for row in rows.iter_rows(named=True)
        if kinds.get(row["rule"]) == "perfunctory"
    ]  # fmt: skip
    return Listing(titles, lines)


def changes(question: Question) -> Listing:
    """Returns corrected after the quarter was closed, and changes of the directory (D6-6)."""
    titles = heads(question, "when", "unit", "change", "before", "after")
    gone = lacking(question, "core.submission")
    if not question.snapshot.holds("core.unit_version", "unit_name", *PARENTS):
        gone = ("core.unit_version", *gone)
    if gone:
        return Listing(titles, [], gone)
    return Listing(titles, [*_restated(question), *_moved(question)])


def _restated(question: Question) -> list[tuple[str, ...]]:
    say, names = question.catalogue.say, _unit_names(question)
    return [
        (f"{row['received_at']:%Y-%m-%d}", names[row["unit_code"]],
         say("dashboards.change_restated", period=row["period"]), "",
         say("dashboards.version", number=row["version"]))
        for row in question.snapshot.ask(LATE).iter_rows(named=True)
        if row["unit_code"] in names
    ]  # fmt: skip


def _moved(question: Question) -> list[tuple[str, ...]]:
    say, names = question.catalogue.say, _unit_names(question)
    every = dict(
        question.snapshot.ask("select unit_code, unit_name from core.unit_version").iter_rows()
    )
    others = set(queries.other_names(question.reader, question.snapshot, question.view.period))

    def told(text: str) -> str:
        is_other = bool({text, every.get(text)} & others)
        return say("sign_in.other_unit") if is_other else every.get(text, text)

    return [
        (f"{row['valid_from']:%Y-%m-%d}", names[row["unit_code"]], say(f"dashboards.change_{name}"),
         told(row[f"{name}_before"]), told(row[name]))
        for row in question.snapshot.ask(VERSIONS).iter_rows(named=True)
        if row["unit_code"] in names
        for name in ("unit_name", *PARENTS)
        if row[f"{name}_before"] not in (None, row[name]) and row[name]
    ]  # fmt: skip


def _unit_names(question: Question) -> dict[str, str]:
    inside = within(question.view, question.duty)
    return dict(inside.select("unit_code", "unit_name").iter_rows())


def burden(question: Question) -> Listing:
    """How many cells a unit of each kind types in this quarter, as the forms ask."""
    titles = heads(question, "kind", "forms", "typed", "carried")
    quarter, lines = int(question.view.period[-1]), []
    for kind, (_, name) in question.catalogue.unit_kinds.items():
        fields = question.catalogue.fields_for(kind, quarter)
        typed = [field for field in fields if field.entry in {"typed", "zero_default"}]
        lines.append(
            (name, str(len({field.form for field in fields})), str(len(typed)),
             str(len(fields) - len(typed)))
        )  # fmt: skip
    return Listing(titles, lines)


def found_by(question: Question, rule: str) -> Listing:
    """The findings of one rule, with cell and message (the drill of D6-2)."""
    titles = heads(question, "county", "unit", "where", "message", "handled")
    if gone := lacking(question, "core.finding", "core.submission"):
        return Listing(titles, [], gone)
    say, names = question.catalogue.say, county_names(question)
    rows, cell = findings(question).filter(pl.col("rule") == rule), unit_cells(question)
    lines = [
        (names[row["county_code"]], cell(row["unit_code"], row["unit_name"]),
         say("dashboards.cell_place", sheet=row["sheet"] or "", cell=row["cell"] or ""),
         (row["message"].removeprefix(f"{row['sheet']}!{row['cell']} "), "text"),
         say(f"dashboards.finding_{row['status']}"))
        for row in rows.iter_rows(named=True)
    ]  # fmt: skip
    return Listing(titles, lines)


def _unnamed(question: Question, text: str) -> str:
    """What the registry says, without the names of units that the reader must not be told of."""
    if not question.reader.has_limits:
        return text
    others = queries.other_names(question.reader, question.snapshot, question.view.period)
    return str(unnamed(pl.Series([text]), others, question.catalogue)[0])


def directory_problems(question: Question) -> Listing:
    """What in the directory is to be put right; told by the registry, or not at all (D6-12)."""
    titles = heads(question, "unit", "trouble", "message")
    say = question.catalogue.say
    if not question.live:
        return Listing(titles, [], nothing=say("dashboards.only_live"))
    cell, view = unit_cells(question), question.view
    of_level = set(within(view, question.duty)["unit_code"])
    lines = [
        (cell(one.unit_code, one.unit_name), say(f"dashboards.directory_{one.kind}"),
         (_unnamed(question, one.text), "text"))
        for one in question.live.directory
        if view.county in (None, one.county_code)
        and (view.level is None or not one.unit_code or one.unit_code in of_level)
    ]  # fmt: skip
    said = say("dashboards.headline_directory", count=len(lines))
    return Listing(titles, lines, headline=said if lines else None)


LISTINGS: dict[str, Callable[[Question], Listing]] = {
    "D6-0": reminders,
    "D6-4": signs,
    "D6-6": changes,
    "D6-7": burden,
    "D6-11": sampled.estimates,
    "D6-12": directory_problems,
    **duty_lists.LISTINGS,
    **finding_lists.LISTINGS,
    **linkage_lists.LISTINGS,
    **sharing_lists.LISTINGS,
    **version_lists.LISTINGS,
}
