"""Totals, counts and indices in the structure views, and how numbers of them are explained."""

from itertools import product

import duckdb
import pytest

from dashboards.provenance import NothingToExplainError, Structure
from pipelines.build.compiled import computed_indicators
from pipelines.explaining import explain
from pipelines.records.units import directory
from pipelines.registry import reading
from tests.flow.conftest import PERIODS
from tests.flow.reshaping import NEW, Q1, Q2, answers, differing, independent, townships

pytestmark = pytest.mark.xdist_group("way")


@pytest.mark.parametrize("city", ["locked_city", "reshaped"])
def test_today_s_totals_and_counts_equal_an_independent_computation(
    city, request, small_city, catalogue
):
    home = request.getfixturevalue(city)
    views = independent(home, small_city, catalogue)
    fixed = [field for name, field in catalogue.fields.items() if "." not in name]
    totals, counts = {}, {}
    for period in PERIODS:
        for scope, members in [*views.today(period).items(), *views.heirs(period).items()]:
            for field in fixed:
                place = (str(period), *scope, field.name)
                if field.rollup in {"sum", "mean"}:
                    totals[place] = views.total_today(field, members, period)
                elif field.rollup == "count_by_code":
                    codes = views.codes_today(field, members, period)
                    counts |= {(*place, code): row for code, row in codes.items()}
    assert differing(totals, answers(home, TOTALS), is_asked=lambda row: row[1]) == []
    assert differing(counts, answers(home, COUNTS, 5), is_asked=lambda row: row[1]) == []


@pytest.mark.parametrize("city", ["locked_city", "reshaped"])
def test_every_index_of_same_units_equals_an_independent_computation(
    city, request, small_city, catalogue
):
    home = request.getfixturevalue(city)
    views, stored = independent(home, small_city, catalogue), answers(home, INDICES, 4)
    same = views.same(Q2, Q1)
    found = 0
    for scope, units in views.told.scopes(Q2).items():
        members = [unit for unit in units if unit.unit_code in same]
        for index in catalogue.composites.values() if scope[0] != "unit" else ():
            mine = views.index_same(index, members, Q2, Q1)
            for view, value in zip(("same_units", "same_units_then"), mine, strict=True):
                row = stored.get((view, *scope, index.id), (None, len(members)))
                assert row[0] == (None if value is None else pytest.approx(value, abs=1e-4))
                assert row[1] == len(members)
                found += value is not None
    assert found > 20


def test_a_group_without_a_split_is_not_called_estimated(reshaped):
    with duckdb.connect(str(reshaped.warehouse), read_only=True) as con:
        rows = con.execute(
            "SELECT DISTINCT scope_code, is_estimated FROM marts.field_total"
            " WHERE view = 'today' AND scope_level = 'county' AND period = ? ORDER BY ALL",
            [str(Q1)],
        ).fetchall()
    assert {code for code, estimated in rows if estimated} == {"330702", "330723"}
    assert len({code for code, estimated in rows if not estimated}) == len(rows) - 2


def test_numbers_of_every_structure_are_explained_by_units_that_add_up_to_them(reshaped, catalogue):
    """`explain` on a published city: what is told of units makes the number."""
    path = reshaped.published / (reshaped.published / "current").read_text().strip()
    plain = [each.id for each in computed_indicators(catalogue)
             if each.rollup != "distinct_matters" and each.base == "reported"]  # fmt: skip
    compared = 0
    for under, period in ((Structure("today", str(Q1)), Q1),
                          (Structure("same_units", str(Q2), str(Q1)), Q2)):  # fmt: skip
        for name, scope in product(plain[::6], ("330702", "330723", "330700")):
            try:
                told = explain(path, catalogue, name, scope, str(period), under=under)
            except NothingToExplainError:
                continue
            top = sum(unit["numerator"] * (unit["part"] or 1) for unit in told["units"])
            assert (told["numerator"] or 0) == pytest.approx(top, abs=1e-4)
            compared += bool(told["units"])
    assert compared > 20


def test_explain_tells_who_carries_on_whom_and_who_is_left_out(reshaped, sanji, monkeypatch):
    monkeypatch.setenv("SANJI_HOME", str(reshaped.root))
    with reading(reshaped) as registry:
        one, _, three = townships(directory(registry))
    asked = ("explain", "ORG01", "--scope", "330702")
    code, said, _ = sanji(*asked, "--period", Q1, "--view", "today")
    assert code == 0
    assert "口径:现行建制" in said
    assert f"({one.unit_code})当时的数,由{NEW}承接,本范围计100%" in said
    assert f"({three.unit_code})当时的数,由{three.unit_code}承接,本范围计60%" in said
    code, said, _ = sanji(*asked, "--period", Q2, "--view", "same_units")
    assert code == 0
    assert "口径:同口径单位(与2026Q1比)" in said
    assert f"({three.unit_code}):其间合并或分设" in said
    code, _, error = sanji(*asked, "--period", Q2, "--view", "tomorrow")
    assert (code, "--view" in error) == (2, True)


TOTALS = """
    SELECT period, scope_level, scope_code, field, total, units_expected, units_used,
        units_positive
    FROM marts.field_total WHERE view = 'today'
"""
COUNTS = """
    SELECT period, scope_level, scope_code, field, code, units, units_expected, units_used
    FROM marts.code_count WHERE view = 'today'
"""
INDICES = """
    SELECT view, scope_level, scope_code, composite, value, units_expected
    FROM marts.composite_value WHERE compare_to = '2026Q1'
"""
