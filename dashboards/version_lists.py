"""How returns were sent again (D6-3), and what a county says of its units beside them (D6-5)."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import polars as pl

from dashboards.answers import Question
from dashboards.figures import labels
from dashboards.listing import Listing, county_names, heads, lacking, unit_cells
from dashboards.monitoring_charts import findings
from dashboards.scopes import within
from dashboards.signs import untold_rules
from dashboards.tables import Cell
from dashboards.view import view_search

ROUNDS = """
select submission.unit_code, max(submission.version) as versions
from core.submission as submission
where submission.period = ?
group by submission.unit_code
"""
VERSIONS = """
select submission.unit_code, submission.version, submission.received_at, submission.verdict,
    submission.is_current, submission.is_used,
    count(finding.rule) filter (finding.severity = 'must') as must,
    count(finding.rule) filter (finding.severity = 'verify') as verify
from core.submission as submission
left join core.finding as finding
    on submission.submission_id = finding.submission_id and not list_contains(?, finding.rule)
where submission.period = ?
group by all
order by submission.unit_code, submission.version
"""
SAID = """
select value.unit_code, value.field, value.number::double as number
from core.value as value
join core.duty as duty on value.submission_id = duty.submission_id
where duty.period = ? and duty.is_used and list_contains(?, value.field) and value.line is null
"""
CONTROLLED: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "ct_organ_members": ("member_close", ("county",)),
    "ct_township_members": ("member_close", ("township",)),
    "ct_branches": ("branch_close", ("county", "township")),
}
"""A number that a county's committee reports of its units, and what the units say themselves."""
TOLD = tuple(sorted({*CONTROLLED, *(field for field, _ in CONTROLLED.values())}))
OFTEN = ("once", "twice", "more")
VERSION_PAGE = "banben"


def _deeper(question: Question, name: str, county: str) -> str:
    """The address of a table about one county."""
    view = replace(question.view.anywhere(), county=county)
    return f"/jiance/{name}" + view_search(view, question.snapshot.periods)


def rounds(question: Question) -> Listing:
    """How often returns came, and what became of what was to be verified (D6-3)."""
    names = ("owed", *OFTEN, "open", "explained", "accepted")
    titles = heads(question, "county", *names)
    if gone := lacking(question, "core.submission", "core.finding"):
        return Listing(titles, [], gone)
    versions = dict(question.snapshot.ask(ROUNDS, question.view.period).iter_rows())
    units = within(question.view, question.duty).select("county_code", "unit_code")
    owed = Counter(units["county_code"])
    sent = Counter(
        (county, _often(versions[code])) for county, code in units.iter_rows() if code in versions
    )
    said = findings(question)
    states = Counter(said.select("county_code", "status").iter_rows()) if said.height else Counter()
    lines: list[list[Cell]] = [
        [
            (name, "", _deeper(question, VERSION_PAGE, code)),
            str(owed[code]),
            *(str(sent[code, often]) for often in OFTEN),
            *(str(states[code, state]) for state in ("open", "explained", "accepted")),
        ]
        for code, name in county_names(question).items()
        if owed[code]
    ]
    again = sum(count for (_, often), count in sent.items() if often != OFTEN[0])
    fills = {"again": again, "all": sum(sent.values())}
    text = question.catalogue.say("dashboards.headline_rounds", **fills)
    return Listing(titles, lines, headline=text if lines else None)


def _often(versions: int) -> str:
    return OFTEN[min(versions, len(OFTEN)) - 1]


def versions(question: Question) -> Listing:
    """Every version that units of the view sent, those sent most often first."""
    titles = heads(
        question, *("unit", "version", "received_at", "verdict", "must", "verify", "standing")
    )
    if gone := lacking(question, "core.submission", "core.finding"):
        return Listing(titles, [], gone)
    untold = untold_rules(question.reader, question.catalogue)
    rows = question.snapshot.ask(VERSIONS, untold, question.view.period)
    units = within(question.view, question.duty).select("unit_code", "unit_name")
    most = pl.col("version").max().over("unit_code")
    seen = rows.join(units, on="unit_code", how="inner", maintain_order="left").sort(
        most, "unit_code", "version", descending=[True, False, False]
    )
    cell = unit_cells(question)
    return Listing(
        titles, [_version_line(question, row, cell) for row in seen.iter_rows(named=True)]
    )


def _version_line(
    question: Question, row: dict[str, Any], cell: Callable[[str, str], Cell]
) -> list[Cell]:
    say = question.catalogue.say
    state = "used" if row["is_used"] else "current" if row["is_current"] else "replaced"
    return [
        cell(row["unit_code"], row["unit_name"]),
        say("dashboards.version", number=row["version"]),
        f"{row['received_at']:%Y-%m-%d %H:%M}",
        say(f"dashboards.verdict_{row['verdict'] or 'none'}"),
        (str(row["must"]), "missed" if row["must"] else ""),
        str(row["verify"]),
        (say(f"dashboards.version_{state}"), "" if state == "used" else "blank"),
    ]


def differences(question: Question) -> Listing:
    """What a county's committee says of its units, beside what they say themselves (D6-5)."""
    titles = heads(question, "county", "control", "said", "sum", "difference")
    if question.reader.units is not None:  # a part of a county adds up to nothing
        return Listing(titles, [], nothing=question.catalogue.say("dashboards.not_for_units"))
    said = _said(question)
    sums = said.group_by("field", "county_code", "level").agg(pl.col("number").sum())
    summed = {tuple(row[:3]): row[3] for row in sums.iter_rows()}
    names, lines = county_names(question), list[list[Cell]]()
    own = said.filter(pl.col("unit_kind") == "county_wc", pl.col("field").is_in(list(CONTROLLED)))
    for row in own.sort("unit_code", "field").iter_rows(named=True):
        field, levels = CONTROLLED[row["field"]]
        county = row["county_code"]
        total = sum(summed.get((field, county, level), 0.0) for level in levels)
        control = question.catalogue.fields[row["field"]].zh
        link = (control, "", _deeper(question, row["field"], county))
        lines.append([names[county], link, *_gap(row["number"], total)])
    differing = sum(line[-1] != "0" for line in lines)
    text = question.catalogue.say("dashboards.headline_gaps_of", all=len(lines), count=differing)
    return Listing(titles, lines, headline=text if lines else None)


def _gap(said: float, total: float) -> list[Cell]:
    gap = said - total
    cells: list[Cell] = [labels.brief(said, 2), labels.brief(total, 2)]
    return [*cells, (labels.signed(gap, 2), "near") if gap else "0"]


def _said(question: Question) -> pl.DataFrame:
    """What the units of the view say of the fields compared; for all levels of their county."""
    rows = question.snapshot.ask(SAID, question.view.period, list(TOLD))
    county = question.view.county
    units = question.duty if county is None else question.duty.filter(county_code=county)
    known = units.select("unit_code", "unit_name", "level", "unit_kind", "county_code", "is_used")
    return rows.join(known, on="unit_code", how="inner", maintain_order="left")


def behind(question: Question, control: str) -> Listing:
    """The units that a county's number speaks of, and what each says; who did not report, too."""
    field, levels = CONTROLLED[control]
    titles = heads(question, "county", "unit", "level", "own_number")
    numbers = dict(_said(question).filter(field=field).select("unit_code", "number").iter_rows())
    units = within(question.view, question.duty).filter(pl.col("level").is_in(list(levels)))
    names, cell = county_names(question), unit_cells(question)
    missing = question.catalogue.say("dashboards.status_missing")
    lines: list[list[Cell]] = [
        [
            names[row["county_code"]],
            cell(row["unit_code"], row["unit_name"]),
            question.level_names[row["level"]],
            labels.brief(numbers[row["unit_code"]], 2)
            if row["unit_code"] in numbers
            else (missing, "missed"),
        ]
        for row in units.sort("county_code", "unit_code").iter_rows(named=True)
    ]
    fills = {"field": question.catalogue.fields[field].zh, "count": len(lines)}
    gone = sum(row not in numbers for row in units["unit_code"])
    text = question.catalogue.say("dashboards.headline_behind", missing=gone, **fills)
    return Listing(titles, lines, headline=text if lines else None)


LISTINGS: dict[str, Callable[[Question], Listing]] = {"D6-3": rounds, "D6-5": differences}
