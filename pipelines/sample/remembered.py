"""What a workbook of the sample is compared with: what was issued, and what it reported before."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from models.period import Period
from models.spec.form import EntryMode
from pipelines.issue import Planned
from pipelines.sample.writing import Sample

OPEN = (1, 2)
"""States of a matter that goes on."""


@dataclass(frozen=True)
class Remembered:
    """The past of one workbook; nothing of a unit's first.

    `last` are the fixed values of last quarter, if it was sent, with openings as they were
    issued; `so_far` those of the year's other quarters; `elections` the dates by organisation.
    """

    last: Mapping[str, Any] = field(default_factory=dict)
    so_far: tuple[Mapping[str, Any], ...] | None = ()
    elections: Mapping[str, Any] = field(default_factory=dict)
    open_matters: frozenset[str] = frozenset()

    def added_up(self, name: str, now: Any) -> Any:
        """The sum since January; None where a quarter that was owed is missing."""
        if self.so_far is None or now is None:
            return None
        values: list[Any] = [each.get(name) for each in self.so_far]
        return None if None in values else sum(values, start=now)


def remembered(sample: Sample, planned: Planned) -> Remembered:
    """What the program will know of the workbook's past."""
    period = Period.parse(planned.issue.period)
    code = planned.issue.unit_code
    return Remembered(
        last={**_sent(sample, code, period.shifted(-1), {}), **_issued(sample, planned)},
        so_far=_so_far(sample, code, period),
        elections=_elections(sample, planned, period),
        open_matters=frozenset(
            str(row["matter_id"])
            for row in planned.prefill.rows.get("l3", ())
            if row.get("matter_status") in OPEN
        ),
    )


def _sent(sample: Sample, code: str, period: Period, otherwise: Any) -> Any:
    truth = sample.city.get((code, str(period)))
    return truth.values if truth is not None and truth.sending.received_at else otherwise


def _issued(sample: Sample, planned: Planned) -> dict[str, Any]:
    """Closings as the unit was told them: the openings in its template."""
    told = planned.prefill.values
    return {
        (each.prefill or "").removeprefix("prev."): told[each.name]
        for each in sample.catalogue.fields.values()
        if each.entry is EntryMode.CARRIED and each.prefill and told.get(each.name) is not None
    }


def _so_far(sample: Sample, code: str, period: Period) -> tuple[Mapping[str, Any], ...] | None:
    found = []
    for quarter in range(1, period.quarter):
        each = Period(period.year, quarter)
        if code in sample.directory.owing(each):
            values = _sent(sample, code, each, None)
            if values is None:
                return None
            found.append(values)
    return tuple(found)


def _elections(sample: Sample, planned: Planned, period: Period) -> dict[str, Any]:
    before = sample.city.get((planned.issue.unit_code, str(period.shifted(-1))))
    known = before.rows["l1"] if before and before.sending.received_at else ()
    dates: dict[str, Any] = {
        str(row["org_code"]): row["election_done_date"] or row["last_election_date"]
        for row in known
    }
    told: dict[str, Any] = {
        str(row["org_code"]): row["last_election_date"]
        for row in planned.prefill.rows.get("l1", ())
        if row.get("last_election_date") is not None
    }
    return {**dates, **told}
