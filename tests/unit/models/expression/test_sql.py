from collections.abc import Iterator
from typing import Any

import duckdb
import pytest
import sqlglot

from models.expression import (
    NotInSqlError,
    SqlNames,
    Type,
    UnknownNameError,
    check,
    correlated,
    parse,
    to_sql,
)
from tests.unit.models.expression.corpus import CORPUS
from tests.unit.models.expression.test_kinds import by_ending

TYPES = {
    **dict.fromkeys(("a", "b", "l1.x"), Type.NUMBER),
    **dict.fromkeys(("t", "l1.t"), Type.TEXT),
    "d": Type.DATE,
}
PATTERNS = {"PHONE": "(?<![0-9])1[3-9][0-9]{9}(?![0-9])", "INNER": "a(?=b)c"}
NAMES = SqlNames(
    column=lambda name: name if name.startswith("l1.") else f"s.{name}",
    aggregate=correlated("s", "id"),
    patterns=PATTERNS,
)
SETS: dict[str, Any] = {"ENUM(field)": [0, 1], "DIRECTORY_COUNTIES()": ["330700"]}


def sql(text: str, names: SqlNames = NAMES) -> str:
    return to_sql(parse(text), TYPES.__getitem__, names)


@pytest.fixture
def ask() -> Iterator[Any]:
    """One submission with a = 6, b NULL, t = it's, d = 2024-02-29 and three rows in l1."""
    connection = duckdb.connect()
    connection.execute("CREATE TABLE s AS SELECT 1 AS id, 6 AS a, NULL::INT AS b,"
                       " 'it''s 13800001111' AS t, DATE '2024-02-29' AS d")  # fmt: skip
    connection.execute("CREATE TABLE l1 AS SELECT * FROM (VALUES (1, 0.1, 'p'), (1, 0.2, NULL),"
                       " (1, NULL, NULL), (2, 5.0, 'q')) AS rows (id, x, t)")  # fmt: skip
    yield lambda text: connection.execute(f"SELECT {sql(text)} FROM s").fetchall()[0][0]  # noqa: S608
    connection.close()


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("b = 1", None),
        ("NOT b = 1", None),
        ("b = 1 OR a = 6", True),
        ("b = 1 AND a = 7", False),
        ("a IN (1, NULL)", None),
        ("a IN (6, NULL)", True),
        ("a NOT IN (1, 2)", True),
        ("b NOT BETWEEN 1 AND 2", None),
        ("0.1 + 0.2 = 0.3", True),
        ("a / 0 IS NULL", True),
        ("a / (0.1 + 0.2 - 0.3) IS NULL", True),
        ("7 / 2", 3.5),
        ("- -a", 6),
        ("GREATEST(a, b, 7)", 7),
        ("LEAST(b, NULL) IS NULL", True),
        ("CASE WHEN b = 1 THEN 1 END", None),
        ("ROUND(1.005, 2)", 1.01),
        ("ROUND(-2.5)", -3),
        ("DECIMALS(a / 8)", 2),
        ("DECIMALS(b)", None),
        ("SUM(l1.x) = 0.3", True),
        ("SUM(l1.x) FILTER (WHERE l1.x > 9)", None),
        ("COUNT(l1.x) FILTER (WHERE l1.x > 9)", 0),
        ("COUNT(l1.x)", 2),
        ("COUNT_DISTINCT(l1.t)", 2),
        ("t = 'it''s 13800001111'", True),
        ("MATCHES(t, 'PHONE')", True),
        ("MATCHES(COALESCE(NULL, '113800001111'), 'PHONE')", False),
        ("DATE_DIFF_DAYS(DATE_ADD_YEARS(d, 1), DATE '2025-03-01')", 1),
        ("IS_INT(a) AND IS_NUM(a) AND IS_DATE(d) AND NOT IS_DATE(t)", True),
        ("IS_INT(b) OR FALSE", None),
    ],
)  # fmt: skip
def test_duckdb_answers_as_the_language_means(ask: Any, text: str, answer: object) -> None:
    assert ask(text) == pytest.approx(answer)


@pytest.mark.parametrize("text", CORPUS)
def test_spark_could_run_what_the_catalogue_writes(text: str) -> None:
    names = SqlNames(
        column=lambda name: name if name.startswith("l") else name.replace(".", "_"),
        aggregate=correlated("s", "submission_id"),
        patterns={"ID_OR_MOBILE": "x"},
        casts=False,
    )
    made = to_sql(parse(text).bind(SETS), by_ending, names)
    raising = sqlglot.ErrorLevel.RAISE
    assert sqlglot.transpile(made, read="duckdb", write="spark", unsupported_level=raising)


def test_whole_numbers_are_compared_as_they_stand() -> None:
    names = SqlNames(NAMES.column, NAMES.aggregate, is_whole=lambda _: True, casts=False)
    assert sql("a = b + COUNT(l1.x) AND a NOT IN (2, 4)", names) == (
        "s.a = s.b + (SELECT COUNT(l1.x) FROM l1 WHERE l1.id = s.id) AND s.a NOT IN (2, 4)"
    )
    assert sql("a BETWEEN 1 AND -b * 2", names) == "s.a BETWEEN 1 AND -(s.b) * 2"


def test_fractions_are_compared_by_their_difference() -> None:
    names = SqlNames(NAMES.column, NAMES.aggregate, casts=False)
    assert sql("a >= b - 0.5", names) == "ROUND(s.a - (s.b - 0.5), 6) >= 0"


def test_columns_are_read_as_doubles_unless_they_are() -> None:
    assert sql("a * 2") == "CAST(s.a AS DOUBLE) * 2"


def test_whoever_asks_says_how_lists_are_counted() -> None:
    asked: list[tuple[str, str]] = []

    def elsewhere(alias: str, select: str) -> str:
        asked.append((alias, select))
        return f"{alias}_counts.c{len(asked)}"

    names = SqlNames(NAMES.column, elsewhere, casts=False)
    assert sql("COUNT(l1.t) FILTER (WHERE l1.x > a) > 1", names) == "l1_counts.c1 > 1"
    assert asked == [("l1", "COUNT(l1.t) FILTER (WHERE ROUND(l1.x - s.a, 6) > 0)")]


def test_on_a_row_its_columns_are_read_directly() -> None:
    assert sql("l1.t IS NOT NULL AND l1.t <> t") == "l1.t IS NOT NULL AND l1.t <> s.t"


@pytest.mark.parametrize("text", ["a IN ENUM(field)", "t IN DIRECTORY_COUNTIES()"])
def test_an_unbound_set_is_refused(text: str) -> None:
    with pytest.raises(NotInSqlError, match="bound"):
        sql(text)


def test_a_pattern_that_looks_around_itself_is_refused() -> None:
    with pytest.raises(NotInSqlError, match="looks around"):
        sql("MATCHES(t, 'INNER')")


def test_an_unknown_pattern_is_refused() -> None:
    with pytest.raises(UnknownNameError, match="NOBODY"):
        sql("MATCHES(t, 'NOBODY')")


def test_a_set_stands_beside_in_only() -> None:
    with pytest.raises(NotInSqlError, match="bound"):
        sql("ENUM(field) = a")


def test_the_corpus_holds_both_statements_and_values() -> None:
    found = {check(parse(text), by_ending) for text in CORPUS}
    assert found >= {Type.BOOLEAN, Type.NUMBER, Type.DATE}
