"""Tables of ratios: what was held of what was owed, unit by unit."""

import polars as pl
import pytest

from dashboards.charts import entry_of, prepare
from dashboards.privacy import is_guarded_field
from dashboards.ratio_charts import _fields, _shaded
from dashboards.reader import Reader


def organs(said, period):
    """What the units at county level of 婺城区 said."""
    place = (period, "330702", "county")
    return [unit for (each, _), unit in said.items()
            if (each, unit["county"], unit["level"]) == place]  # fmt: skip


@pytest.fixture(scope="module")
def said(snapshot):
    """What each unit said: (period, unit) -> field -> number; with county and level."""
    rows = snapshot.ask(
        "select period, unit_code, county_code, level, field, number::double as number"
        " from core.value join core.duty using (submission_id, period, unit_code)"
    )
    units = {}
    for period, unit, county, level, field, number in rows.iter_rows():
        own = units.setdefault((period, unit), {"county": county, "level": level})
        own[field] = number
    return units


def cell(prepared, name, column):
    rows = prepared.answer.rows.filter((pl.col("name") == name) & (pl.col("column") == column))
    return rows.row(0, named=True)


def test_meetings_held_are_a_part_of_those_owed(ask, said):
    own = [unit for (period, _), unit in said.items()
           if period == "2026Q3" and unit["county"] == "330702"]  # fmt: skip
    row = cell(prepare("D4-1", ask()), "婺城区", "主题党日")
    held, owed = (sum(unit[field] for unit in own) for field in ("theme_day_ok", "branch_close"))
    assert (row["numerator"], row["denominator"]) == (held, owed)
    assert row["value"] == pytest.approx(100 * held / owed)


def test_a_unit_that_is_not_asked_for_a_meeting_owes_none(ask, said):
    row = cell(prepare("D4-1", ask()), "婺城区", "党小组会")
    assert row["denominator"] == sum(unit["party_group_count"] for unit in organs(said, "2026Q3"))
    assert cell(prepare("D4-1", ask(level="township")), "婺城区", "党小组会")["status"] == (
        "not_applicable"
    )


def test_a_type_is_reached_from_its_second_step_on(ask, said):
    own = organs(said, "2025Q4")
    row = cell(prepare("D3-6", ask("2025Q4")), "婺城区", "服务型")
    reached = sum(unit["fivetype_service"] >= 2 for unit in own)
    assert (row["numerator"], row["denominator"]) == (reached, len(own))
    assert set(prepare("D3-6", ask("2026Q3")).answer.rows["status"]) == {"not_due"}


def test_a_county_is_followed_into_its_units_and_the_worst_fit_the_picture(ask, catalogue):
    answer = prepare("D4-1", ask(county="330700")).answer
    assert set(answer.rows["scope_level"]) == {"unit"}
    assert answer.rows["scope"].n_unique() == catalogue.parameters["figures"]["max_rows"]
    assert answer.omitted > 0


def test_a_unit_without_a_return_is_missing_and_not_nought(ask, snapshot):
    late = snapshot.ask("select * from core.duty where period = '2026Q3' and not is_used")
    unit = late.row(0, named=True)
    row = cell(prepare("D4-1", ask(county=unit["county_code"])), unit["unit_name"], "党员大会")
    assert (row["status"], row["value"], row["shade"]) == ("missing", None, None)


def test_a_stranger_gets_no_row(ask):
    reader = Reader("county", frozenset({"330702"}))
    assert prepare("D4-1", ask(county="330781", reader=reader)).answer.rows.is_empty()
    assert set(prepare("D4-1", ask(reader=reader)).answer.rows["county"]) == {"330702", ""}


def test_shades_run_from_the_lowest_to_the_highest_and_do_not_magnify_nothing():
    assert _shaded(pl.DataFrame({"value": [90.0, 95.0, None, 100.0]}))["shade"].to_list() == [
        0.0, 0.5, None, 1.0
    ]  # fmt: skip
    assert _shaded(pl.DataFrame({"value": [99.9, 100.0]}))["shade"][1] == pytest.approx(0.1)


@pytest.mark.parametrize("chart", ["D3-6", "D4-1"])
def test_a_column_reads_only_open_fields_that_the_entry_shows(catalogue, chart):
    entry = entry_of(catalogue, chart)
    for column in entry.columns:
        assert _fields(column) <= set(entry.shows)
        assert not any(is_guarded_field(catalogue.fields[name]) for name in _fields(column))
