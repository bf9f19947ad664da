import datetime as dt

import pytest

from models.expression import NotAnExpressionError, compare, parse
from tests.oracle import evaluate
from tests.unit.models.expression.corpus import CORPUS


@pytest.mark.parametrize("text", CORPUS)
def test_what_the_catalogue_writes_is_read(text: str) -> None:
    assert parse(text).names()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a =",
        "a b",
        "SELECT a FROM b",
        "a IN (SELECT b)",
        "a || b",
        "a % b",
        "a LIKE 'x'",
        "CAST(a AS INTEGER)",
        "COUNT(*)",
        "SOUNDEX(a)",
        "DECIMALS(a, b)",
        "DATE_ADD_YEARS(d)",
        "DATE '2026-02-30'",
    ],
)
def test_what_is_not_of_the_language_is_refused(text: str) -> None:
    with pytest.raises(NotAnExpressionError):
        parse(text)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("branch_close = branch_open + 1", {"branch_close", "branch_open"}),
        ("COUNT(l1.org_seq) FILTER (WHERE l1.due_date < sys.period_end)",
         {"l1.org_seq", "l1.due_date", "sys.period_end"}),
        ("ytd(member_hours) >= prev.member_hours", {"ytd(member_hours)", "prev.member_hours"}),
        ("value IN ENUM(field)", {"value", "ENUM(field)"}),
        ("county_code IN directory_counties()", {"county_code", "DIRECTORY_COUNTIES()"}),
        ("MATCHES(value, 'ID_OR_MOBILE')", {"value"}),
    ],
)  # fmt: skip
def test_the_names_read_are_told(text: str, names: set[str]) -> None:
    assert parse(text).names() == names


def test_the_list_whose_row_is_judged_is_told() -> None:
    assert parse("l1.due_date < sys.period_end").row_alias == "l1"
    assert parse("COUNT(l1.org_seq) FILTER (WHERE l1.org_status = 1) = 0").row_alias is None


def test_two_names_of_one_function_are_one() -> None:
    assert parse("MAX_OF(a, b)").tree == parse("GREATEST(a, b)").tree


def test_the_cell_under_test_takes_the_place_of_value() -> None:
    rule = parse("value IN ENUM(field) AND value <= typical_max AND since < DATE '2026-01-01'")
    bound = rule.bind(
        {
            "value": parse("union_set"),
            "ENUM(field)": [0, 1, 9],
            "typical_max": -0.5,
            "since": dt.date(2025, 2, 28),
        }
    )
    assert bound.names() == {"union_set"}
    assert bound.text == (
        "union_set IN (0, 1, 9) AND union_set <= -0.5"
        " AND CAST('2025-02-28' AS DATE) < CAST('2026-01-01' AS DATE)"
    )
    assert rule.names() == {"value", "ENUM(field)", "typical_max", "since"}


def test_a_name_is_replaced_by_nothing_or_by_a_whole_expression() -> None:
    assert parse("a * 2").bind({"a": parse("b + c")}).text == "(b + c) * 2"
    assert evaluate(parse("a IS NULL").bind({"a": None}).text, {"a": 1}) is True
    assert parse("a").bind({"a": "it's"}).text == "'it''s'"


def test_a_set_needs_a_list_of_values() -> None:
    with pytest.raises(NotAnExpressionError, match="a list of values"):
        parse("value IN ENUM(field)").bind({"ENUM(field)": 3})


@pytest.mark.parametrize(
    ("op", "right", "passes"),
    [
        ("=", 10.5, True), ("=", 9.5, True), ("=", 10.6, False),
        ("<>", 10.5, False), ("<>", 10.6, True),
        ("<=", 9.5, True), ("<=", 9.4, False), ("<", 9.6, True), ("<", 9.5, False),
        (">=", 10.5, True), (">=", 10.6, False), (">", 10.4, True), (">", 10.5, False),
    ],
)  # fmt: skip
def test_a_tolerance_allows_a_gap_of_its_size(op: str, right: float, passes: bool) -> None:  # noqa: FBT001
    test = compare(parse("a"), op, parse("b - 0"), 0.5)
    assert evaluate(test.text, {"a": 10, "b": right}) is passes


def test_sides_keep_together_when_compared() -> None:
    assert compare(parse("a"), "<=", parse("b + c")).text == "a <= (b + c)"
    assert compare(parse("a"), "=", parse("b - c"), 0.1).text == "ABS(a - (b - c)) <= 0.1"
