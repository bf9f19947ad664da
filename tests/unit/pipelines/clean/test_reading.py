import unicodedata
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.loader import load_catalogue
from pipelines.clean.reading import read

CATALOGUE = load_catalogue()


def wide(text):
    """The text in full-width signs, as an input method left on Chinese writes it."""
    return text.translate({ord(sign): ord(sign) + 0xFEE0 for sign in "0123456789."})


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
        ("007", "text", 7, "digits"),
        ("+3", "text", 3, "digits"),
        ("1e3", "number", 1000, None),
        ("1，234", "text", 1234, "thousands"),
        ("-4", "number", -4, None),
    ],
)
def test_a_number_is_read_and_every_change_is_named(catalogue, typed, kind, number, how):
    found = meaning(catalogue, "member_open", typed, kind)
    assert (found.number, found.how) == (number, how)


@pytest.mark.parametrize(
    "typed",
    [
        *("约五百", "12%", "3个", "(5)", "—", "/", "无", "3 4", "inf", "nan", "1e400x", "1e3"),
        *("1,23", "1.234,5", "1,2345", "3-5", "约5", "5/6", "1。5", "五", "--3", "3.4.5", "3人次"),
        *("5①", "1²", "①", "⒈", "\u202e12"),
    ],
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
        ("44624", "serial_1904", "serial"),
        ("20260305", "text", "date_form"),
        ("20260305", "number", "date_form"),
        ("二〇二六年三月五日", "text", "date_form"),
        (wide("2026.3.5"), "text", "date_form"),
        ("2026-03-05 00:00:00", "text", "date_form"),
        ("2026-03-05T13:30:00", "date", "date_form"),
    ],
)
def test_dates_are_read_in_the_forms_people_write(catalogue, typed, kind, how):
    found = meaning(catalogue, "fill_date", typed, kind)
    assert (found.date, found.how) == (date(2026, 3, 5), how)


@pytest.mark.parametrize(
    ("words", "month", "day"),
    [
        ("二〇二六年十月十日", 10, 10),
        ("二零二六年十二月三十一日", 12, 31),
        ("二〇二六年一月二十日", 1, 20),
    ],
)
def test_dates_in_words_are_read(catalogue, words, month, day):
    assert meaning(catalogue, "fill_date", words).date == date(2026, month, day)


@pytest.mark.parametrize(
    ("typed", "kind"),
    [
        *(("2026-02-30", "text"), ("三月五日", "text"), ("2026-3", "text"), ("3/5/2026", "text")),
        *(("2026年3.5", "text"), ("26年3月5日", "text"), ("二〇二六年三十月五日", "text")),
        *(("60", "number"), ("0", "number"), ("20261305", "number"), ("1900-02-28", "date")),
    ],
)
def test_what_is_no_certain_date_has_none(catalogue, typed, kind):
    found = meaning(catalogue, "fill_date", typed, kind)
    assert found.date is None
    assert found.plain


@pytest.mark.parametrize(
    ("typed", "code", "how"),
    [
        ("1=是", 1, None),
        ("1", 1, "code"),
        ("是", 1, "code_label"),
        ("9 = 不适用", 9, "code"),
        ("9=不 适 用", 9, "code"),
        ("不 适用", 9, "code_label"),
        ("1、是", 1, "code"),
        ("1.0", 1, "code"),
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


@pytest.mark.parametrize(
    ("typed", "text", "how"),
    [
        (wide("330700100028"), "330700100028", "width"),
        (" 3307 0010 0028 ", "330700100028", "width"),
        ("330700100028", "330700100028", None),
    ],
)
def test_a_code_has_no_blanks_and_no_wide_digits(catalogue, typed, text, how):
    found = meaning(catalogue, "l3.counterpart_code", typed)
    assert (found.text, found.how) == (text, how)


def test_a_code_that_lost_digits_as_a_number_has_no_value(catalogue):
    found = meaning(catalogue, "l3.matter_id", "33070010002820260000", "lossy")
    assert (found.text, found.plain) == (None, "33070010002820260000")


def test_a_cell_shown_as_a_percentage_counts_percent(catalogue):
    found = meaning(catalogue, "assess_weight", "0.15", "percent")
    assert (found.number, found.how) == (15, "percent_cell")
    assert meaning(catalogue, "assess_weight", "1.2", "percent").number == 120


@pytest.mark.parametrize("typed", ["0.12", "3"])
def test_a_cell_shown_as_a_percentage_is_no_count_of_anything_else(catalogue, typed):
    found = meaning(catalogue, "member_open", typed, "percent")
    assert (found.number, found.plain) == (None, f"{Decimal(typed) * 100:g}%")


def test_none_is_none_however_a_cell_shows_it(catalogue):
    assert meaning(catalogue, "member_open", "0", "percent").number == 0


@pytest.mark.parametrize(("name", "typed"), [("fill_date", "2026-3-1①"), ("change_type", "1①")])
def test_a_footnote_mark_is_not_taken_for_a_digit_of_a_date_or_code(catalogue, name, typed):
    found = meaning(catalogue, name, typed)
    assert (found.number, found.date, found.plain) == (None, None, typed)


def test_brackets_are_a_debt_in_money_and_nothing_in_a_count(catalogue):
    assert meaning(catalogue, "fund_spent_ytd", "(1,234.5)").number == Decimal("-1234.5")
    assert meaning(catalogue, "member_open", "(5)").number is None


DISGUISES = {
    "plain": str,
    "wide": lambda n: wide(str(n)),
    "unit": lambda n: f"{n}人",
    "unit apart": lambda n: f" {n} 人\u00a0",
    "thousands": lambda n: f"{n:,}",
    "wide thousands": lambda n: f"{n:,}".replace(",", "，"),
    "zero width": lambda n: f"\u200b{n}\ufeff",
    "point": lambda n: f"{n}.0",
    "zeros": lambda n: f"00{n}",
}


@given(st.integers(0, 10**9), st.sampled_from(sorted(DISGUISES)))
def test_a_count_is_the_same_in_every_disguise_and_a_change_is_named(number, disguise):
    typed = DISGUISES[disguise](number)
    found = meaning(CATALOGUE, "member_open", typed)
    assert found.number == number
    assert (found.how is None) == (typed == str(number))


@given(st.dates(date(1950, 1, 1), date(2099, 12, 31)))
def test_a_date_is_the_same_in_every_form(day):
    forms = [
        *(day.isoformat(), f"{day:%Y%m%d}", f"{day.year}年{day.month}月{day.day}日"),
        *(f"{day.year}.{day.month}.{day.day}", f"{day.year}/{day.month:02}/{day.day:02}"),
    ]
    assert {meaning(CATALOGUE, "fill_date", form).date for form in forms} == {day}
    serials = [((day - date(1899, 12, 30)).days, "number")]
    if day > date(1905, 1, 1):
        serials.append(((day - date(1904, 1, 1)).days, "serial_1904"))
    assert {meaning(CATALOGUE, "fill_date", str(n), kind).date for n, kind in serials} == {day}


@given(st.text(max_size=12))
def test_no_text_whatever_is_read_as_a_number_with_other_digits(typed):
    found = meaning(CATALOGUE, "member_open", typed)
    if found.number is not None:
        digits = "".join(d for d in unicodedata.normalize("NFKC", typed) if d in "0123456789")
        read = f"{found.number:f}".replace(".", "").replace("-", "")
        assert read.strip("0") == digits.strip("0")


@pytest.mark.parametrize("huge", ["1" + "0" * 300, "1e+300"])
def test_a_number_beyond_all_counting_is_refused_and_breaks_nothing(catalogue, huge):
    assert meaning(catalogue, "member_open", huge, "number").number is None
