import polars as pl
import pytest

from dashboards import privacy
from dashboards.reader import CITY, Reader
from models.spec.dashboard import PrivacyLimits

LIMITS = PrivacyLimits(small_from=1, small_to=4, small_text="<5", denominator_below=10)


def test_a_single_hidden_cell_takes_the_next_smallest_with_it():
    hidden = privacy.suppressed([[3, 12, 30], [20, 40, 50], [25, 45, 60]], LIMITS)
    assert hidden[0][:2] == [True, True]


def test_no_row_or_column_is_left_with_one_hidden_cell():
    table = [[3, 12, 30], [20, 40, 50], [25, 45, 60]]
    hidden = privacy.suppressed(table, LIMITS)
    lines = hidden + [list(column) for column in zip(*hidden, strict=True)]
    assert all(sum(line) != 1 for line in lines)


def test_a_table_without_small_cells_is_printed_whole():
    assert not any(map(any, privacy.suppressed([[5, 12], [0, 40]], LIMITS)))


def test_a_row_of_one_small_cell_and_zeros_still_hides_a_second_cell():
    assert sum(privacy.suppressed([[2, 0, 0]], LIMITS)[0]) == 2


def test_cells_that_are_few_together_take_the_part_beside_them_along():
    assert privacy.suppressed([[240, 800, 2, 1]], LIMITS)[0] == [False, True, True, True]


def rows(**given):
    base = {
        "scope": "330702",
        "scope_level": "county",
        "indicator": "CAD03",
        "numerator": 12.0,
        "denominator": 40.0,
        "value": 30.0,
        "previous": 28.0,
    }
    return pl.DataFrame([{**base, **given}])


def guarded(frame, reader=CITY):
    return privacy.guard_rates(frame, frozenset({"CAD03"}), reader, LIMITS).row(0, named=True)


def test_a_guarded_rate_of_a_county_with_enough_persons_is_shown():
    assert guarded(rows())["value"] == 30.0


@pytest.mark.parametrize(
    ("numerator", "denominator", "hidden"),
    [
        (3.0, 40.0, True), (4.0, 40.0, True), (5.0, 40.0, False), (0.0, 9.0, True),
        (0.0, 10.0, False), (None, 8.0, True), (None, 40.0, False),
    ],
)  # fmt: skip
def test_a_rate_on_too_few_cases_or_persons_is_hidden(numerator, denominator, hidden):
    assert guarded(rows(numerator=numerator, denominator=denominator))["is_hidden"] is hidden


def test_a_guarded_rate_on_few_cases_loses_all_its_numbers():
    row = guarded(rows(numerator=2.0))
    assert row["is_hidden"]
    assert [row[name] for name in ("numerator", "denominator", "value", "previous")] == [None] * 4


def test_a_guarded_rate_of_a_unit_is_hidden_however_many_persons():
    assert guarded(rows(scope="u1", scope_level="unit"))["is_hidden"]


@pytest.mark.parametrize(
    ("scope", "shown"), [("330702/county", None), ("330702/township", None), ("330700/city", 30.0)]
)
def test_no_level_of_a_county_can_be_had_from_the_county_less_the_other(scope, shown):
    assert guarded(rows(scope=scope, scope_level="county_level"))["value"] == shown
    assert total(12.0, scope, "county_level") == (None if shown is None else 12.0)


def test_a_unit_sees_its_own_guarded_rate():
    reader = Reader("unit", units=frozenset({"u1"}))
    assert guarded(rows(scope="u1", scope_level="unit", numerator=2.0), reader)["value"] == 30.0


def test_a_reviewer_sees_small_groups():
    assert guarded(rows(numerator=2.0), Reader("reviewer"))["value"] == 30.0


def test_an_indicator_without_persons_is_never_hidden():
    frame = rows(indicator="COO01", numerator=2.0, denominator=3.0)
    assert guarded(frame)["value"] == 30.0


def test_the_catalogue_tells_which_indicators_are_guarded(catalogue):
    found = {
        entry.id
        for entry in catalogue.indicators.values()
        if privacy.is_guarded(entry, catalogue.fields)
    }
    assert {"CAD02", "CAD03", "CAD05", "RSP03"} <= found
    assert not found & {"COO01", "RES01", "CAD01"}


def total(value, scope="330702", scope_level="county", reader=CITY):
    frame = pl.DataFrame(
        [{"scope": scope, "scope_level": scope_level, "field": "account_due", "total": value}]
    )
    return privacy.guard_totals(frame, frozenset({"account_due"}), reader, LIMITS)["total"][0]


def test_a_small_sum_of_persons_is_blank_and_a_large_one_is_not():
    assert (total(3.0), total(12.0)) == (None, 12.0)


def test_a_sum_of_persons_of_one_unit_is_blank_for_all_but_itself_and_reviewers():
    assert total(12.0, "u1", "unit") is None
    assert total(3.0, "u1", "unit", Reader("unit", units=frozenset({"u1"}))) == 3.0
    assert total(3.0, "u1", "unit", Reader("reviewer")) == 3.0
