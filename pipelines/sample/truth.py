"""What is wrong in the sample's workbooks, and where: the records of `truth.json`."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from models.catalogue_model import Catalogue
from models.spec.rule import Severity
from pipelines.issue import Planned
from pipelines.sample.city import UnitQuarter
from pipelines.sample.departures import Departure
from pipelines.sample.faults import Faulty
from pipelines.sample.meaning import Spot
from pipelines.sample.noticed import Remark
from pipelines.sample.slips import Draft, Slip, draft

Record = dict[str, Any]

HONEST = "honest_departure"


def fault_records(faulty: Faulty, file: str, corrected: str | None) -> Iterator[Record]:
    """A record for every slip in a workbook; `file` and `corrected` are relative to the sample."""
    made = faulty.draft
    for slip in made.slips:
        spot = (slip.main.field, slip.main.line) if slip.main else slip.spots[0]
        yield {
            **head_of(made, file, spot),
            **_verdict(made, slip),
            "kind": slip.recipe.kind,
            "corrected_in": corrected,
            "consequences": _consequences(made, slip),
            "changed": [_cell(made, each) for each in slip.spots],
        }


def departure_records(
    catalogue: Catalogue, planned: Planned, truth: UnitQuarter, file: str
) -> Iterator[Record]:
    """A record for every true departure from a norm."""
    if not truth.departures:
        return
    made = draft(catalogue, planned, frozenset())
    for departure in truth.departures:
        yield {
            **head_of(made, file, _shown_at(catalogue, planned, truth, departure)),
            "rule": departure[0],
            "severity": Severity.VERIFY.value,
            "kind": HONEST,
            "corrected_in": None,
            "consequences": [],
            "changed": [],
        }


def head_of(made: Draft, file: str, spot: Spot) -> Record:
    """Which file, unit, quarter and cell a record is about."""
    issue = made.planned.issue
    return {
        "file": file,
        "unit_code": issue.unit_code,
        "period": issue.period,
        **_cell(made, spot),
    }


def _cell(made: Draft, spot: Spot) -> Record:
    place = made.place(spot)
    return {"sheet": place.sheet, "cell": place.cell, "field": spot[0]}


def _verdict(made: Draft, slip: Slip) -> Record:
    if slip.main is None:
        return {"rule": None, "severity": None}
    rule = made.sheet.catalogue.rules[slip.main.rule]
    return {"rule": rule.id, "severity": rule.severity.value}


def _consequences(made: Draft, slip: Slip) -> list[Record]:
    """Further findings; two parts of a rule that point at the same cell are one."""
    found: dict[tuple[str, str, int | None], Remark] = {
        (each.rule, each.field, each.line): each for each in slip.entailed
    }
    if slip.main:
        found.pop((slip.main.rule, slip.main.field, slip.main.line), None)
    return [{"rule": each.rule, **_place(made, each)} for each in found.values()]


def _place(made: Draft, remark: Remark) -> Record:
    place = made.place((remark.field, remark.line))
    return {"sheet": place.sheet, "cell": place.cell}


def _shown_at(
    catalogue: Catalogue, planned: Planned, truth: UnitQuarter, departure: Departure
) -> Spot:
    """The cell of a departure; lists are in another order in the workbook than in the city."""
    _, name, line = departure
    alias, _, _ = str(name).rpartition(".")
    if not alias or line is None:
        return str(name), None
    key = catalogue.aliases[alias].key or ""
    wanted = truth.rows[alias][line - 1][key]
    shown = [row.get(key) for row in planned.shown.rows[alias]]
    return str(name), shown.index(wanted) + 1


def in_order(records: Iterable[Record]) -> list[Record]:
    """Records by quarter and unit."""
    return sorted(records, key=_order)


def _order(record: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(str(record[name]) for name in ("period", "unit_code", "kind", "rule", "cell"))
