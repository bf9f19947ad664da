"""What the charts of 余缺对接 ask: spare and need by place (D2a-1), and premises (D2a-3)."""

from collections import Counter
from collections.abc import Callable

import polars as pl

from dashboards import mart_queries
from dashboards import sharing_queries as asked
from dashboards.answers import Answer, Question
from dashboards.figures import labels
from dashboards.figures.setting import Setting
from dashboards.mart_charts import SCHEMA, Row, cell_row, counted, missing, shaded, used_places
from dashboards.scopes import codes_of
from models.spec.resource import Resource

NEED, MET = "need", "met"
VENUE = "venue"


def matched(question: Question) -> list[Resource]:
    """The resources between whose units proposals are made."""
    return [one for one in question.catalogue.resources.resources if one.matching]


def spare_and_need(question: Question) -> Answer:
    """Units with something to spare, units in need, and those for whom a way was found (D2a-1)."""
    if not (question.snapshot.holds(asked.PART) and question.snapshot.holds(asked.PROPOSAL)):
        return question.covered(pl.DataFrame(schema=SCHEMA))
    parts, proposals = asked.parts(question), asked.proposals(question)
    if parts.is_empty():
        return question.covered(pl.DataFrame(schema=SCHEMA))
    places = question.row_scopes[: question.limits.max_rows]
    counts, used = _counts(parts, proposals), used_places(question)
    found: list[Row] = []
    for place in places:
        for each in matched(question):
            for name in ("spare", NEED, MET):
                head = question.catalogue.say(f"dashboards.sharing_{name}", resource=each.zh)
                number = counts[place.code, each.id, name]
                cell = counted(number) if used(place) else missing(question)
                found.append(cell_row(question, place, head, cell))
    return question.covered(shaded(found), len(question.row_scopes) - len(places))


def _counts(parts: pl.DataFrame, proposals: pl.DataFrame) -> Counter[tuple[str, str, str]]:
    """(Place, resource, what) -> units."""
    served = proposals.filter(pl.col("status") != "refused").select("resource", "taker_code")
    takers, counts = set(served.iter_rows()), Counter[tuple[str, str, str]]()
    for row in parts.iter_rows(named=True):
        unit, resource = row["unit_code"], row["resource"]
        # A unit in need gives nothing, whatever it has to spare; a part of a piece serves nobody.
        kinds = [NEED] if (row["need"] or 0) > 0 else ["spare"] if (row["spare"] or 0) >= 1 else []
        if NEED in kinds and (resource, unit) in takers:
            kinds.append(MET)
        codes = codes_of(unit, row["level"], row["county_code"])
        counts.update((code, resource, kind) for code in codes for kind in kinds)
    return counts


def told_need(answer: Answer, setting: Setting) -> str | None:
    """How many needs there are, and for how many a way was found."""
    seen = answer.rows.filter(pl.col("value").is_not_null())
    if seen.is_empty() or answer.omitted:
        return None
    sums = dict(seen.group_by("column").agg(pl.col("value").sum()).iter_rows())
    need = _summed(sums, lambda head: head.endswith(_tail(setting, NEED)))
    met = _summed(sums, lambda head: head.endswith(_tail(setting, MET)))
    if not need:
        return setting.say("headline_no_need")
    if need == met:
        return setting.say("headline_need_met", need=labels.number(need))
    fills = {"need": labels.number(need), "met": labels.number(met)}
    return setting.say("headline_need", left=labels.number(need - met), **fills)


def _tail(setting: Setting, name: str) -> str:
    return setting.say(f"sharing_{name}", resource="")


def _summed(sums: dict[str, float], is_wanted: Callable[[str], bool]) -> float:
    return sum(value for head, value in sums.items() if is_wanted(head))


def premises(question: Question) -> Answer:
    """Premises held, opened to others, used by others and idle, by place (D2a-3)."""
    scopes = question.row_scopes[: question.limits.max_rows]
    rows = mart_queries.resources(question.reader, question.snapshot, question.view.period, scopes)
    if rows is None or rows.is_empty():
        return question.covered(pl.DataFrame(schema=SCHEMA))
    known = {
        (row["scope_level"], row["scope"], row["role"]): row
        for row in rows.filter(resource=VENUE).to_dicts()
    }
    venue = next(one for one in question.catalogue.resources.resources if one.id == VENUE)
    found: list[Row] = []
    for place in scopes:
        for measure in venue.measures:
            row = known.get((place.level, place.code, measure.role))
            cell = missing(question) if row is None or row["amount"] is None else _amount(row)
            found.append(cell_row(question, place, measure.zh, cell))
    omitted = len(question.row_scopes) - len(scopes)
    return question.covered(shaded(found, by="column"), omitted)


def _amount(row: Row) -> tuple[str, float]:
    return labels.brief(row["amount"], 0) if row["amount"] else "", float(row["amount"])


def told_premises(answer: Answer, setting: Setting) -> str | None:
    """How many premises are open to others, how many of them nobody used, and where most."""
    seen = answer.rows.filter(pl.col("value").is_not_null())
    if seen.is_empty() or answer.omitted:
        return None
    heads = answer.rows["column"].unique(maintain_order=True).to_list()
    _, shared, _, idle = (seen.filter(column=head) for head in heads)
    if shared.is_empty() or idle.is_empty():
        return None
    most = idle.sort("value", descending=True, maintain_order=True).row(0, named=True)
    if not idle["value"].sum():
        return setting.say("headline_none_idle", shared=_total(shared))
    return setting.say(
        "headline_idle",
        shared=_total(shared),
        idle=_total(idle),
        place=most["name"],
        most=labels.number(most["value"]),
    )


def _total(rows: pl.DataFrame) -> str:
    return labels.number(float(rows["value"].sum()))
