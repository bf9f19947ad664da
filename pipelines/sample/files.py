"""The sample on the disk: workbooks, corrections, and the truth they are measured against."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from pathlib import Path
from typing import Any

import polars as pl
from sqlalchemy import Connection, delete, select

from models.catalogue_model import Catalogue
from models.period import Period, opens_on
from models.registry import issued, unit_version
from models.units import Directory
from pipelines.issue import Planned
from pipelines.issue.write import write_all
from pipelines.records.duties import freeze
from pipelines.records.issues import Issue, add_issues
from pipelines.records.quarters import open_period
from pipelines.records.units import replace_directory
from pipelines.sample.city import UnitQuarter
from pipelines.sample.faults import Faulty, Key, planted
from pipelines.sample.gathered import gathered_records, given
from pipelines.sample.truth import Record, departure_records, fault_records, in_order
from pipelines.sample.writing import Sample, make_sample, planned_issues, truth_rows, workbook_path
from pipelines.settings import Home
from pipelines.workbook.token import write_key

TRUTH, VALUES, SCHEDULE = "truth.json", "truth_values.parquet", "schedule.json"

VALUE_SCHEMA = {
    "unit_code": pl.String,
    "period": pl.String,
    "form": pl.String,
    "field": pl.String,
    "line": pl.Int32,
    "value": pl.String,
}

Filled = tuple[Planned, UnitQuarter]
Foresee = Callable[[Directory, Sequence[Planned]], Sequence[Planned]]


class NotForSampleError(Exception):
    """The home holds what is not of this sample; the message says in Chinese what to do."""


@dataclass(frozen=True)
class SampleFiles:
    """What was written: counts, and where the truth is."""

    out: Path
    workbooks: int
    corrections: int
    faults: int
    honest_departures: int

    @property
    def truth(self) -> Path:
        return self.out / TRUTH

    @property
    def values(self) -> Path:
        return self.out / VALUES

    @property
    def schedule(self) -> Path:
        return self.out / SCHEDULE


@dataclass(frozen=True)
class Sent:
    """One file of the sample: where it goes, what is in it, when it arrives."""

    file: str
    planned: Planned
    received_at: datetime


def write_sample(
    home: Home,
    registry: Connection,
    catalogue: Catalogue,
    periods: Sequence[Period],
    seed: int,
    out: Path,
    progress: Callable[[int, int], None],
    foresee: Foresee = lambda _, planned: planned,
) -> SampleFiles:
    """Invent the city, register it in `home`, and write what its units send to `out`.

    `progress` is told how many workbooks are written, of how many; `foresee` adds what the
    formulas in them show, which the writing side cannot know by itself.

    Raises:
        NotForSampleError: the home holds real data, or another sample.
    """
    sample = make_sample(catalogue, periods, seed)
    _refuse_what_is_not_ours(home, registry, sample)
    filled = list(planned_issues(sample))
    _register(home, registry, sample, [planned.issue for planned, _ in filled])
    sent = [each for each in filled if each[1].sending.received_at is not None]
    faulty = planted(sample, sent)
    files = sorted(_files(sample, sent, faulty), key=lambda each: (each.received_at, each.file))
    _remove_earlier(out)
    ready = foresee(sample.directory, [each.planned for each in files])
    jobs = [(out / each.file, planned) for each, planned in zip(files, ready, strict=True)]
    out.mkdir(parents=True, exist_ok=True)
    write_all(jobs, catalogue.root, lambda done: progress(done, len(jobs)))
    records = in_order(_records(sample, sent, faulty))
    _write_truth(out, sample, records, files)
    _write_values(out, sample, filled)
    slips = sum(len(each.draft.slips) for each in faulty.values())
    return SampleFiles(out, len(sent), len(files) - len(sent), slips, len(records) - slips)


def _refuse_what_is_not_ours(home: Home, registry: Connection, sample: Sample) -> None:
    say, place = sample.catalogue.say, home.root
    if home.is_sample and home.sample_mark.read_text(encoding="utf-8") != str(sample.seed):
        found = home.sample_mark.read_text(encoding="utf-8")
        fills = {"home": place, "found": found, "wanted": sample.seed}
        raise NotForSampleError(say("sample.holds_other_sample", **fills))
    known = set(registry.execute(select(unit_version.c.unit_code)).scalars())
    ours = {version.unit_code for version in sample.versions}
    has_other_key = home.key.exists() and home.key.read_bytes() != sample.key
    # A real city has codes of the same form, so that only the mark tells it from a sample.
    if has_other_key or not known <= ours or (known and not home.is_sample):
        raise NotForSampleError(say("sample.holds_real_data", home=place))


def _register(home: Home, registry: Connection, sample: Sample, issues: Sequence[Issue]) -> None:
    """Record directory, quarters and issues as if they had been issued here."""
    home.sample_mark.write_text(str(sample.seed), encoding="utf-8")
    write_key(home.key, sample.key)
    replace_directory(registry, sample.versions)
    for period in sample.periods:
        opened = datetime.combine(opens_on(period, sample.catalogue.campaign), time(9))
        open_period(registry, period, opened)
        freeze(registry, sample.catalogue.campaign, period, opened, sample.directory)
    for issue in issues:
        registry.execute(delete(issued).where(issued.c.issue_id == issue.issue_id))
    add_issues(registry, issues)


def _files(sample: Sample, sent: Sequence[Filled], faulty: Mapping[Key, Faulty]) -> Iterator[Sent]:
    """The files that are sent: honest ones, those with slips, and the corrections of these."""
    for planned, truth in sent:
        received = truth.sending.received_at
        if received is None:
            continue
        wrong = faulty.get((planned.issue.unit_code, planned.issue.period))
        first = wrong.draft.filled() if wrong else planned
        yield Sent(_name(planned), first, received)
        if wrong and wrong.mended_at:
            yield Sent(_corrected_name(sample, planned), planned, wrong.mended_at)


def _name(planned: Planned) -> str:
    return workbook_path(Path(), planned.issue.period, planned.issue.file_name).as_posix()


def _corrected_name(sample: Sample, planned: Planned) -> str:
    folder = Path(planned.issue.period) / sample.catalogue.say("sample.corrections")
    return (folder / planned.issue.file_name).as_posix()


def _remove_earlier(out: Path) -> None:
    """Remove the workbooks of an earlier sample, so that none of them passes for one of this."""
    schedule = out / SCHEDULE
    if schedule.exists():
        for entry in json.loads(schedule.read_text(encoding="utf-8")):
            (out / entry["file"]).unlink(missing_ok=True)


def _records(
    sample: Sample, sent: Sequence[Filled], faulty: Mapping[Key, Faulty]
) -> Iterator[Record]:
    there = given(sent, faulty, sample)
    for planned, truth in sent:
        yield from gathered_records(sample, planned, _name(planned), there)
        wrong = faulty.get((planned.issue.unit_code, planned.issue.period))
        if wrong:
            corrected = _corrected_name(sample, planned) if wrong.mended_at else None
            yield from fault_records(wrong, _name(planned), corrected)
        yield from departure_records(sample.catalogue, planned, truth, _name(planned))
        if wrong and wrong.mended_at:
            # The later file is honest, so it says the same true bad news again.
            corrected = _corrected_name(sample, planned)
            yield from departure_records(sample.catalogue, planned, truth, corrected)


def _write_truth(
    out: Path, sample: Sample, records: Sequence[Record], files: Sequence[Sent]
) -> None:
    periods = [str(period) for period in sample.periods]
    _write_json(out / TRUTH, {"seed": sample.seed, "periods": periods, "faults": records})
    _write_json(out / SCHEDULE, [_entry(each) for each in files])


def _entry(sent: Sent) -> dict[str, str]:
    issue = sent.planned.issue
    return {
        "file": sent.file,
        "period": issue.period,
        "unit_code": issue.unit_code,
        "received_at": sent.received_at.isoformat(),
    }


def _write_json(path: Path, data: Any) -> None:
    path.write_text(json.dumps(data, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _write_values(out: Path, sample: Sample, filled: Sequence[Filled]) -> None:
    rows = [row for planned, truth in filled for row in truth_rows(sample, planned, truth)]
    pl.DataFrame(rows, schema=VALUE_SCHEMA, orient="row").write_parquet(out / VALUES)
