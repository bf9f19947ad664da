"""减负账本: counted again by hand from the catalogue."""

from dataclasses import replace
from datetime import datetime

import openpyxl
import pytest

from models.spec.form import EntryMode
from pipelines.burden import of_catalogue, of_period, totals, write_burden
from pipelines.issue import Past, plan_issue, prefill
from pipelines.records.issues import add_issues
from pipelines.records.units import directory
from pipelines.registry import writing
from pipelines.settings import Home
from tests.unit.pipelines.small_registry import KINDS, P, city


def test_cells_are_counted_by_who_fills_them(catalogue) -> None:
    found = {(each.kind, each.quarter, each.form): each for each in of_catalogue(catalogue)}
    for kind in catalogue.unit_kinds:
        for quarter in range(1, 5):
            due = [f for f in catalogue.fields_for(kind, quarter) if f.form == "F2"]
            counted = found[kind, f"Q{quarter}", "F2"]
            typed = [f for f in due if f.entry is EntryMode.TYPED]
            blue = {EntryMode.ZERO_DEFAULT, EntryMode.CARRIED_EDITABLE}
            assert counted.typed == len(typed)
            assert counted.required == sum(1 for f in typed if f.required == "yes")
            assert counted.prefilled == sum(1 for f in due if f.entry in blue)
            assert counted.typed + counted.prefilled + counted.locked == len(due)


def test_the_change_is_to_the_quarter_before_and_goes_round_the_year(catalogue) -> None:
    found = {
        (each.kind, each.quarter): each for each in totals(each for each in of_catalogue(catalogue))
    }
    for kind in catalogue.unit_kinds:
        for quarter in range(1, 5):
            now, before = found[kind, f"Q{quarter}"], found[kind, f"Q{(quarter + 2) % 4 + 1}"]
            assert now.change == now.typed - before.typed


def test_the_account_can_be_written_as_a_workbook(catalogue, tmp_path) -> None:
    burdens = of_catalogue(catalogue)
    write_burden(tmp_path / "burden.xlsx", catalogue, burdens)
    book = openpyxl.load_workbook(tmp_path / "burden.xlsx")
    assert [sheet.max_row - 1 for sheet in book] == [len(totals(burdens)), len(burdens)]
    assert book.worksheets[0]["A2"].value == next(iter(catalogue.unit_kinds.values()))[1]


@pytest.fixture
def registry(tmp_path):
    with writing(Home(tmp_path)) as connection:
        city(connection)
        yield connection


def test_a_quarter_that_was_not_issued_is_counted_from_the_catalogue(registry, catalogue) -> None:
    assert {each.source for each in of_period(registry, catalogue, P)} == {"catalogue"}


def test_a_quarter_that_was_issued_is_counted_from_what_was_issued(registry, catalogue) -> None:
    units = directory(registry)
    for number, known in enumerate((Past(), Past({"member_close": 88})), start=1):
        for code in KINDS:
            unit = units.version(code, P)
            given = prefill(catalogue, unit, P, units, known)
            at = datetime(2026, 9, 20 + number)
            planned = plan_issue(catalogue, b"k", unit, P, given, number=number, at=at)
            add_issues(registry, [replace(planned.issue)])
    found = {(each.kind, each.form): each for each in of_period(registry, catalogue, P)}
    kinds = list(KINDS.values())
    for kind in catalogue.unit_kinds:
        due = [f for f in catalogue.fields_for(kind, P.quarter) if f.form == "F2"]
        carried = [f for f in due if f.entry is EntryMode.CARRIED]
        counted = found[kind, "F2"]
        # Issued twice, counted as issued last: only the opening of members was known.
        unknown = [f for f in carried if f.name != "member_open"]
        editable = [f for f in due if f.entry is EntryMode.CARRIED_EDITABLE]
        typed = [f for f in due if f.entry is EntryMode.TYPED]
        assert (counted.source, counted.units) == ("issued", kinds.count(kind))
        assert counted.typed == len(typed) + len(unknown) + len(editable)
        assert found[kind, "L1"].rows == catalogue.aliases["l1"].spare_rows
        assert found[kind, "L1"].typed == 0
