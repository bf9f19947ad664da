"""A quarter of the sample, straight from its workbooks to what is judged together."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import polars as pl

from models.catalogue_model import Catalogue
from models.period import Period
from pipelines.extract.store import CELL_SCHEMA
from pipelines.issue import Planned
from pipelines.judging.assemble import make_batch, make_plain_batch
from pipelines.judging.batch import Batch, Past
from pipelines.judging.past import Earlier, past_of
from pipelines.judging.reviewing import MEASURES, RECEIVED, TYPED, duties, names_below, typed_of
from pipelines.sample.as_read import cells_of
from pipelines.sample.city import UnitQuarter
from pipelines.sample.remembered import remembered
from pipelines.sample.writing import Sample, planned_issues
from pipelines.validate import Together
from pipelines.validate.signs import ISSUES, measures
from pipelines.validate.together import tables_of
from pipelines.workbook.prefill import decode

Filled = tuple[Planned, UnitQuarter]


@dataclass(frozen=True)
class Sent:
    """The workbooks that the sample's units send, honest ones."""

    sample: Sample
    filled: Sequence[Filled]

    @classmethod
    def of(cls, sample: Sample) -> "Sent":
        """All that are sent."""
        filled = [each for each in planned_issues(sample) if each[1].sending.received_at]
        return cls(sample, filled)

    @property
    def catalogue(self) -> Catalogue:
        return self.sample.catalogue

    def within(self, period: Period) -> list[Filled]:
        """Those of one quarter."""
        return [each for each in self.filled if each[0].issue.period == str(period)]

    def values(self, period: Period) -> dict[str, Mapping[str, Any]]:
        """Unit code -> what it sent for its fixed sheets."""
        return {planned.issue.unit_code: truth.values for planned, truth in self.within(period)}


def receipt_batch(sent: Sent, period: Period, workbooks: Collection[Planned]) -> Batch:
    """Workbooks of a quarter as they are judged on receipt; submissions are named by their unit."""
    return make_batch(
        sent.catalogue,
        period,
        sent.sample.directory,
        [(each.issue.unit_code, each.issue.issue_id, each.issue) for each in workbooks],
        _cells(sent.catalogue, workbooks),
        earlier(sent, period, workbooks),
    )


def earlier(sent: Sent, period: Period, workbooks: Collection[Planned]) -> Earlier:
    """What the units sent before."""
    last = sent.values(period.shifted(-1))
    so_far = {}
    for each in workbooks:
        known = remembered(sent.sample, each)
        so_far[each.issue.unit_code] = _Sums(known)
    orgs = {
        planned.issue.unit_code: {
            str(row["org_code"]): (row["last_election_date"], row["election_done_date"])
            for row in truth.rows["l1"]
        }
        for planned, truth in sent.within(period.shifted(-1))
    }
    return Earlier(last, so_far, orgs)


class _Sums(dict[str, Any]):
    """Sums of the year before a quarter, worked out when asked for."""

    def __init__(self, known: Any) -> None:
        super().__init__()
        self._known = known

    def get(self, name: str, default: Any = None) -> Any:
        found = self._known.added_up(name, 0)
        return default if found is None else found


def together(sent: Sent, period: Period, workbooks: Collection[Planned] | None = None) -> Together:
    """A quarter of the sample whose files are together; by default as honest units send it."""
    chosen = [each for each, _ in sent.within(period)] if workbooks is None else list(workbooks)
    times = {p.issue.unit_code: truth.sending.received_at for p, truth in sent.within(period)}
    received = [(each.issue.unit_code, 1, times[each.issue.unit_code]) for each in chosen]
    before, known = _last_quarter(sent, period.shifted(-1))
    return Together(
        batch=_plain(sent, period, chosen, names_below(sent.catalogue)),
        duties=duties(sent.catalogue, sent.sample.directory, period),
        received=pl.DataFrame(received, schema=RECEIVED, orient="row"),
        before=before,
        measures=known,
    )


def _last_quarter(sent: Sent, period: Period) -> tuple[pl.DataFrame, pl.DataFrame]:
    workbooks = [each for each, _ in sent.within(period)]
    if not workbooks:
        return pl.DataFrame(schema=TYPED), pl.DataFrame(schema=MEASURES)
    batch = _plain(sent, period, workbooks, frozenset({ISSUES}))
    return typed_of(batch), measures(tables_of(batch))


def _plain(
    sent: Sent, period: Period, workbooks: Collection[Planned], names: frozenset[str]
) -> Batch:
    catalogue = sent.catalogue
    files = [(each.issue.unit_code, each.issue.issue_id, each.issue) for each in workbooks]
    cells = _cells(catalogue, workbooks)
    batch = make_plain_batch(catalogue, period, sent.sample.directory, files, cells)
    issued = {code: (code, decode(issue.prefill, catalogue)) for code, _, issue in files}
    known = Earlier(closings=sent.values(period.shifted(-1)))
    return replace(batch, past=Past(past_of(catalogue, issued, known, names).fixed))


def _cells(catalogue: Catalogue, workbooks: Collection[Planned]) -> pl.DataFrame:
    rows = [
        (each.issue.issue_id, *cell) for each in workbooks for cell in cells_of(catalogue, each)
    ]
    return pl.DataFrame(rows, schema=CELL_SCHEMA, orient="row")
