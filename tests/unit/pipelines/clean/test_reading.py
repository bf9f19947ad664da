from datetime import date
from decimal import Decimal

import pytest

from pipelines.clean.reading import read


def meaning(catalogue, name, typed, kind="text"):
    field = catalogue.fields[name]
    return read(typed, kind, field, catalogue.codes.get(field.enum or "", {}))


@pytest.mark.parametrize(
    ("typed", "kind", "number", "how"),
    [
        ("3", "number", 3, None),
        ("0", "number", 0, None),
        ("３", "text", 3, "width"),
        ("３人", "text", 3, "uom"),
        ("12 人", "text", 12, "uom"),
        ("1,234", "text", 1234, "thousands"),
        ("1,234人", "text", 1234, "thousands"),
        ("\u00a07\u200b", "text", 7, "width"),
        ("7.520000000000001", "number", Decimal("7.52"), "noise"),
        ("-4", "number", -4, None),
    ],
)
def test_a_number_is_read_and_every_change_is_named(catalogue, typed, kind, number, how):
    found = meaning(catalogue, "member_open", typed, kind)
    assert (found.number, found.how) == (number, how)


@pytest.mark.parametrize(
    "typed", ["约五百", "12%", "3个", "(5)", "—", "/", "无", "1,23", "3 4", "inf", "nan", "1e400x"]
)
def test_what_is_no_number_stays_text_and_has_no_value(catalogue, typed):
    found = meaning(catalogue, "member_open", typed)
    assert found.number is None
    assert found.plain


def test_a_percent_sign_is_dropped_only_where_the_cell_counts_percent(catalogue):
    assert meaning(catalogue, "assess_weight", "12%").number == 12
    assert meaning(catalogue, "member_open", "12%").number is None


def test_blank_zero_error_and_uncached_formula_are_different_things(catalogue):
    assert meaning(catalogue, "member_open", None, "blank").plain is None
    assert meaning(catalogue, "member_open", "0", "number").number == 0
    assert meaning(catalogue, "member_open", "#REF!", "error").number is None
    assert meaning(catalogue, "member_open", "=A1+1", "uncached").plain == "=A1+1"
    assert meaning(catalogue, "union_set", "9=不适用").number == 9


@pytest.mark.parametrize(
    ("typed", "kind", "how"),
    [
        ("2026-03-05", "date", None),
        ("2026年3月5日", "text", "date_form"),
        ("2026.3.5", "text", "date_form"),
        ("2026/03/05", "text", "date_form"),
        ("46086", "number", "serial"),
    ],
)
def test_dates_are_read_in_the_forms_people_write(catalogue, typed, kind, how):
    found = meaning(catalogue, "fill_date", typed, kind)
    assert (found.date, found.how) == (date(2026, 3, 5), how)


@pytest.mark.parametrize("typed", ["2026-02-30", "三月五日", "60", "2026-3"])
def test_what_is_no_date_has_none(catalogue, typed):
    assert (
        meaning(catalogue, "fill_date", typed, "number" if typed == "60" else "text").date is None
    )


@pytest.mark.parametrize(
    ("typed", "code", "how"),
    [
        ("1=是", 1, None),
        ("1", 1, "code"),
        ("是", 1, "code_label"),
        ("9 = 不适用", 9, "code"),
        ("7=大概", None, None),
        ("1=否", None, None),
        ("大概", None, None),
    ],
)
def test_codes_are_read_by_code_or_by_label(catalogue, typed, code, how):
    found = meaning(catalogue, "union_set", typed)
    assert (found.number, found.how) == (code, how)


def test_a_unit_code_that_became_a_number_is_text_again(catalogue):
    found = meaning(catalogue, "unit_code", "330700100028", "number")
    assert (found.text, found.how) == ("330700100028", "number_as_text")
