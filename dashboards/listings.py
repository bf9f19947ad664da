"""The tables of 监测与填报质量 (D6): heads and lines, shown on the page and as a file alike."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import polars as pl

from dashboards import queries
from dashboards.answers import Question
from dashboards.live import STATES
from dashboards.monitoring_charts import findings
from dashboards.scopes import Scope, within

MOST = 300
ROUNDS = """
select submission.unit_code, max(submission.version) as versions
from core.submission as submission
where submission.period = ?
group by submission.unit_code
"""
CONTROLS = """
select value.unit_code, value.field, value.number::double as said
from core.value as value
join core.duty as duty on value.submission_id = duty.submission_id
where duty.period = ? and duty.is_used and list_contains(?, value.field) and value.line is null
"""
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
CONTROLLED = {
    "ct_organ_members": ("member_close", ("county",)),
    "ct_township_members": ("member_close", ("township",)),
    "ct_branches": ("branch_close", ("county", "township")),
}
"""A number that a county's committee reports of its units, and what the units say themselves."""


@dataclass(frozen=True)
class Listing:
    """A table; `lacking` names what the snapshot has not got."""

    heads: tuple[str, ...]
    lines: Sequence[tuple[str, ...]]
    lacking: tuple[str, ...] = ()


def _heads(question: Question, *names: str) -> tuple[str, ...]:
    return tuple(question.catalogue.say(f"dashboards.{name}_column") for name in names)


def _lacking(question: Question, *tables: str) -> tuple[str, ...]:
    return tuple(name for name in tables if not question.snapshot.holds(name))


def county_names(question: Question) -> dict[str, str]:
    city = question.catalogue.say("dashboards.city_organs")
    return {**question.catalogue.counties, question.catalogue.structure.city.code: city}


def reminders(question: Question) -> Listing:
    """催报名单: who still has something to do, county by county."""
    heads = _heads(question, "county", "unit", "level", "state", "todo")
    names, states = county_names(question), question.catalogue.codes["return_state"]
    if question.live:
        units = [one for one in question.live.units if one.todo]
        lines = [
            (names[one.county_code], one.unit_name, question.level_names[one.level],
             states[STATES.get(one.state, 1)], one.todo)
            for one in sorted(units, key=lambda one: (one.county_code, one.unit_code))
            if question.reader.may_see_unit(one.unit_code, one.county_code)
            and question.view.county in (None, one.county_code)
            and question.view.level in (None, one.level)
        ]  # fmt: skip
        return Listing(heads, lines)
    waiting = within(question.view, question.duty).filter(~pl.col("is_received"))
    say = question.catalogue.say
    lines = [
        (names[row["county_code"]], row["unit_name"], question.level_names[row["level"]],
         states[STATES["missing"]], say("dashboards.todo_not_sent"))
        for row in waiting.sort("county_code", "unit_code").iter_rows(named=True)
    ]  # fmt: skip
    return Listing(heads, lines)


def rounds(question: Question) -> Listing:
    """How often returns came, and what became of what was to be verified (D6-3)."""
    names = ("owed", "once", "twice", "more", "open", "explained", "accepted")
    heads = _heads(question, "county", *names)
    if lacking := _lacking(question, "core.submission", "core.finding"):
        return Listing(heads, [], lacking)
    versions = question.snapshot.ask(ROUNDS, question.view.period)
    units = within(question.view, question.duty).join(versions, on="unit_code", how="left")
    said = findings(question)
    return Listing(
        heads,
        [
            (name, *_rounds_of(units.filter(pl.col("county_code") == code), said, code))
            for code, name in county_names(question).items()
            if code in set(units["county_code"])
        ],
    )


def _rounds_of(units: pl.DataFrame, said: pl.DataFrame, county: str) -> tuple[str, ...]:
    times = units["versions"]
    own = said.filter(pl.col("county_code") == county) if "county_code" in said.columns else said
    states = own["status"].to_list() if "status" in own.columns else []
    counts = [units.height, (times == 1).sum(), (times == 2).sum(), (times > 2).sum()]  # noqa: PLR2004
    done = [states.count("open"), states.count("explained")]
    return tuple(str(count or 0) for count in [*counts, *done, states.count("accepted")])


def signs(question: Question) -> Listing:
    """疑似敷衍线索: for reviewers, to choose what to look at first (D6-4)."""
    heads = _heads(question, "county", "unit", "rule", "sign")
    if lacking := _lacking(question, "core.finding", "core.submission"):
        return Listing(heads, [], lacking)
    if not question.reader.sees_small_groups:
        return Listing(heads, [])
    kinds = {name: rule.kind for name, rule in question.catalogue.rules.items()}
    names = county_names(question)
    rows = findings(question)
    lines = [
        (names[row["county_code"]], row["unit_name"], row["rule"], row["message"])
        for row in rows.iter_rows(named=True)
        if kinds.get(row["rule"]) == "perfunctory"
    ]
    return Listing(heads, lines[:MOST])


def differences(question: Question) -> Listing:
    """What a county's committee says of its units, beside what they say themselves (D6-5)."""
    heads = _heads(question, "county", "control", "said", "sum", "difference")
    known = question.catalogue.fields
    committees = question.duty.filter(pl.col("unit_kind") == "county_wc")
    codes = dict(committees.select("unit_code", "county_code").iter_rows())
    said = question.snapshot.ask(CONTROLS, question.view.period, list(CONTROLLED))
    names, lines = county_names(question), []
    for row in said.sort("unit_code", "field").iter_rows(named=True):
        county = codes.get(row["unit_code"])
        if county and question.view.county in (None, county):
            summed = _summed(question, county, *CONTROLLED[row["field"]])
            gap = row["said"] - summed
            lines.append((names[county], known[row["field"]].zh, f"{row['said']:g}",
                          f"{summed:g}", f"{gap:+g}" if gap else "0"))  # fmt: skip
    return Listing(heads, lines)


def _summed(question: Question, county: str, field: str, levels: tuple[str, ...]) -> float:
    scopes = [Scope("county_level", f"{county}/{level}", "", county) for level in levels]
    found = queries.field_totals(
        question.reader, question.snapshot, question.view.period, [field], scopes
    )
    return float(found["total"].sum())


def changes(question: Question) -> Listing:
    """Returns corrected after the quarter was closed, and changes of the directory (D6-6)."""
    heads = _heads(question, "when", "unit", "change", "before", "after")
    if lacking := _lacking(question, "core.unit_version", "core.submission"):
        return Listing(heads, [], lacking)
    return Listing(heads, [*_restated(question), *_moved(question)][:MOST])


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
    return [
        (f"{row['valid_from']:%Y-%m-%d}", names[row["unit_code"]], say(f"dashboards.change_{name}"),
         every.get(row[f"{name}_before"], row[f"{name}_before"]), every.get(row[name], row[name]))
        for row in question.snapshot.ask(VERSIONS).iter_rows(named=True)
        if row["unit_code"] in names
        for name in ("unit_name", "coord_parent_code", "party_parent_code")
        if row[f"{name}_before"] not in (None, row[name]) and row[name]
    ]  # fmt: skip


def _unit_names(question: Question) -> dict[str, str]:
    inside = within(question.view, question.duty)
    return dict(inside.select("unit_code", "unit_name").iter_rows())


def burden(question: Question) -> Listing:
    """How many cells a unit of each kind types in this quarter, as the forms ask."""
    heads = _heads(question, "kind", "forms", "typed", "carried")
    quarter, lines = int(question.view.period[-1]), []
    for kind, (_, name) in question.catalogue.unit_kinds.items():
        fields = question.catalogue.fields_for(kind, quarter)
        typed = [field for field in fields if field.entry in {"typed", "zero_default"}]
        lines.append(
            (name, str(len({field.form for field in fields})), str(len(typed)),
             str(len(fields) - len(typed)))
        )  # fmt: skip
    return Listing(heads, lines)


def found_by(question: Question, rule: str) -> Listing:
    """The findings of one rule, with cell and message (the drill of D6-2)."""
    heads = _heads(question, "county", "unit", "where", "message", "handled")
    if lacking := _lacking(question, "core.finding", "core.submission"):
        return Listing(heads, [], lacking)
    say, names = question.catalogue.say, county_names(question)
    rows = findings(question).filter(pl.col("rule") == rule)
    lines = [
        (names[row["county_code"]], row["unit_name"],
         say("dashboards.cell_place", sheet=row["sheet"] or "", cell=row["cell"] or ""),
         row["message"], say(f"dashboards.finding_{row['status']}"))
        for row in rows.iter_rows(named=True)
    ]  # fmt: skip
    return Listing(heads, lines[:MOST])


LISTINGS: dict[str, Callable[[Question], Listing]] = {
    "D6-0": reminders,
    "D6-3": rounds,
    "D6-4": signs,
    "D6-5": differences,
    "D6-6": changes,
    "D6-7": burden,
}
