"""What the rules say of every workbook with slips is what the truth says, cell by cell."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import pytest

from models.catalogue_model import Catalogue
from models.period import Period
from models.spec.rule import RuleKind
from pipelines.calibrating.sample_quarter import Sent, earlier
from pipelines.extract.store import extract_missing, load_cells
from pipelines.issue import Planned
from pipelines.issue.write import write_all
from pipelines.judging.assemble import make_batch
from pipelines.sample.city import UnitQuarter
from pipelines.sample.faults import Faulty, Key
from pipelines.sample.truth import Record, departure_records, fault_records
from pipelines.sample.writing import Sample
from pipelines.validate import Batch, judge

pytestmark = pytest.mark.xdist_group("sample")

Found = set[tuple[str, str, str]]
"""Rule, sheet, cell."""


@pytest.fixture(scope="module")
def hashes(
    faulty: dict[Key, Faulty], catalogue: Catalogue, tmp_path_factory: pytest.TempPathFactory
) -> dict[Key, tuple[str, Path]]:
    """The workbooks with slips on the disk, by the hash of their bytes."""
    folder = tmp_path_factory.mktemp("faulty")
    paths = {key: folder / f"{'-'.join(key)}.xlsx" for key in faulty}
    jobs = [(paths[key], each.draft.filled()) for key, each in faulty.items()]
    write_all(jobs, catalogue.root, lambda _: None)
    return {
        key: (hashlib.sha256(path.read_bytes()).hexdigest(), path) for key, path in paths.items()
    }


@pytest.fixture(scope="module")
def cells(
    hashes: dict[Key, tuple[str, Path]],
    catalogue: Catalogue,
    tmp_path_factory: pytest.TempPathFactory,
) -> Path:
    """What was read from them."""
    folder = tmp_path_factory.mktemp("cells")
    extract_missing(folder, dict(hashes.values()), catalogue)
    return folder


@pytest.fixture(scope="module")
def batches(
    sample: Sample,
    sent: list[tuple[Planned, UnitQuarter]],
    faulty: dict[Key, Faulty],
    hashes: dict[Key, tuple[str, Path]],
    cells: Path,
) -> dict[str, Batch]:
    """The workbooks with slips of each quarter, as validation takes them."""
    found, honest = {}, Sent(sample, sent)
    for period in sample.periods:
        files = [
            (key[0], hashes[key][0], each.draft.planned.issue)
            for key, each in faulty.items()
            if key[1] == str(period)
        ]
        read = load_cells(cells, [sha256 for _, sha256, _ in files])
        books = [each.draft.planned for key, each in faulty.items() if key[1] == str(period)]
        before = earlier(honest, period, books)
        found[str(period)] = make_batch(
            sample.catalogue, period, sample.directory, files, read, before
        )
    return found


def _places(records: Iterable[Record]) -> Found:
    named = [each for record in records for each in (record, *record["consequences"])]
    return {(each["rule"], each["sheet"], each["cell"]) for each in named if each["rule"]}


@pytest.mark.parametrize("period", ["2025Q3", "2025Q4", "2026Q1", "2026Q2", "2026Q3"])
def test_findings_are_the_departures_the_slip_and_what_it_entails(
    period: str,
    batches: dict[str, Batch],
    faulty: dict[Key, Faulty],
    sent: list[tuple[Planned, UnitQuarter]],
    catalogue: Catalogue,
) -> None:
    expected: dict[str, Found] = {}
    for planned, truth in sent:
        key = (planned.issue.unit_code, planned.issue.period)
        if key in faulty and key[1] == period:
            departures = [
                each
                for each in departure_records(catalogue, planned, truth, "")
                if catalogue.rules[each["rule"]].kind is not RuleKind.CROSS_LEVEL
            ]
            slips = fault_records(faulty[key], "", None)
            expected[key[0]] = _places([*departures, *slips])
    found: dict[str, Found] = defaultdict(set)
    for each in judge(batches[period]).findings:
        found[each.submission_id].add((each.rule, each.sheet or "", each.cell or ""))
    assert len(expected) > 10
    assert {unit: found[unit] for unit in expected} == expected


def test_what_is_read_all_the_same_is_recorded_and_nothing_else_is(
    batches: dict[str, Batch], faulty: dict[Key, Faulty]
) -> None:
    changed = {
        (period, row["submission_id"], row["field"])
        for period, batch in batches.items()
        for row in batch.values.iter_rows(named=True)
        if row["how"] and row["how"] != "clean.as_issued"
    }
    assert changed == {
        (str(Period.parse(period)), unit, name)
        for (unit, period), each in faulty.items()
        for slip in each.draft.slips
        if slip.recipe.breaks is None
        for name, _ in slip.spots
    }
