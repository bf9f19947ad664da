"""抽查核实: what the checked cells of a quarter say, beside the numbers they speak of."""

from collections.abc import Mapping
from typing import Any

from dashboards.answers import Question
from dashboards.figures import labels
from dashboards.listing import Listing, heads, lacking
from dashboards.tables import Cell
from models.catalogue_model import Catalogue
from models.spec.dashboard import Chart

ESTIMATES = """
select estimate.scope_level, estimate.scope_code, estimate.subject_kind, estimate.subject,
    estimate.checked, estimate.wrong, estimate.error_rate, estimate.low, estimate.high
from marts.sampling_estimate as estimate
where estimate.period = ? and estimate.subject_kind in ('all', 'form', 'indicator')
order by estimate.scope_level, estimate.scope_code, estimate.subject_kind, estimate.subject
"""
ESTIMATE = "marts.sampling_estimate"
Row = dict[str, Any]


def estimates(question: Question) -> Listing:
    """What the sample says of all cells, of each form and of each indicator (D6-11)."""
    titles = (
        *heads(question, "sampled_of", "subject", "checked", "wrong", "error_rate"),
        question.catalogue.say("dashboards.interval_column", **_confidence(question.catalogue)),
    )
    if gone := lacking(question, ESTIMATE):
        return Listing(titles, [], gone)
    say = question.catalogue.say
    rows = [row for row in _rows(question) if _of_view(question, row)]
    whole = [row for row in rows if row["subject_kind"] == "all" and row["checked"]]
    lines = [_line(question, row) for row in rows]
    return Listing(
        titles,
        lines,
        headline=_told(question, whole[0]) if whole else say("dashboards.headline_no_estimate"),
        nothing=_next(question, "no_sample"),
        after=_next(question, "none_checked") if rows and not whole else "",
    )


def _next(question: Question, key: str) -> str:
    """What is to be run, or for those who cannot run it: by whom."""
    whose = "_by_whom" if question.reader.has_limits else ""
    return question.catalogue.say(f"dashboards.{key}{whose}", period=question.view.period)


def _rows(question: Question) -> list[Row]:
    return question.snapshot.ask(ESTIMATES, question.view.period).to_dicts()


def _of_view(question: Question, row: Row) -> bool:
    """The city and its levels; where a level is chosen, that alone."""
    level = question.view.level
    return level is None or (row["scope_level"] == "level" and row["scope_code"] == level)


def _told(question: Question, row: Row) -> str:
    fills = {**_fills(row), **_confidence(question.catalogue)}
    return question.catalogue.say("dashboards.headline_estimate", **fills)


def _fills(row: Row) -> dict[str, object]:
    rates = {name: labels.brief(100 * row[name], 1) for name in ("error_rate", "low", "high")}
    return {"checked": row["checked"], "wrong": row["wrong"], **rates}


def _confidence(catalogue: Catalogue) -> dict[str, object]:
    return {"confidence": labels.brief(100 * catalogue.parameters["sampling"]["confidence"], 1)}


def _line(question: Question, row: Row) -> list[Cell]:
    catalogue, say = question.catalogue, question.catalogue.say
    is_level = row["scope_level"] == "level"
    place = question.level_names[row["scope_code"]] if is_level else say("dashboards.whole_city")
    rate, interval = "", say("dashboards.not_checked")
    if row["error_rate"] is not None:
        rate = f"{labels.brief(100 * row['error_rate'], 1)}%"
        interval = say("dashboards.interval_told", **_fills(row))
    subject = _subject(catalogue, row["subject_kind"], row["subject"])
    return [place, (subject, "text"), str(row["checked"]), str(row["wrong"]), rate, interval]


def _subject(catalogue: Catalogue, kind: str, subject: str) -> str:
    if kind == "all":
        return catalogue.say("dashboards.all_cells")
    if kind == "form":
        return catalogue.forms[subject].zh
    return catalogue.indicators[subject].zh


def checked_indicators(question: Question) -> Mapping[str, Row]:
    """Indicator -> what the sample of the quarter says of its cells in the whole city."""
    if not question.snapshot.holds(ESTIMATE):
        return {}
    return {
        row["subject"]: row
        for row in _rows(question)
        if row["subject_kind"] == "indicator"
        and row["scope_level"] == "city"
        and row["error_rate"] is not None
    }


def sampled_lines(question: Question, entry: Chart) -> dict[str, str]:
    """For the ⓘ of a chart: indicator -> what a check of its cells found."""
    known = checked_indicators(question)
    return {name: _said_of(question, known[name]) for name in entry.shows if name in known}


def sampled_line(question: Question, indicator: str) -> str:
    """The same for one indicator; nothing where no cell of it was checked."""
    row = checked_indicators(question).get(indicator)
    return _said_of(question, row) if row else ""


def _said_of(question: Question, row: Row) -> str:
    fills = {**_fills(row), **_confidence(question.catalogue)}
    return question.catalogue.say("dashboards.sampled_line", **fills)
