"""The same expression over the same values: SQL, a sheet and a second opinion must agree."""

import datetime as dt
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook
from sqlglot import exp
from xlsxwriter.utility import xl_col_to_name

from models.expression import (
    Column,
    Rows,
    SheetNames,
    SqlNames,
    Type,
    Value,
    check,
    constant,
    correlated,
    enum_cell,
    enum_column,
    excel,
    excel_rows,
    number_cell,
    number_column,
    parse,
    rows_where_filled,
    text_cell,
    text_column,
    to_sheet_test,
    to_sheet_value,
    to_sql,
)
from models.expression.tree import AGGREGATES, Node, key, lists_in
from tests.flow.expression_cases import CODES, ROWS, TABLE, TYPES, some_expression, some_given
from tests.flow.libreoffice import recalculated
from tests.oracle import evaluate

ASKED = list(dict.fromkeys((*TABLE, *(some_expression(seed) for seed in range(40)))))
CASES = [some_given(seed) for seed in range(24)]
UNREAD = "not computed"
BLANKS = (None, '=""')
FIRST_ROW = 19
DAY_ZERO = dt.date(1899, 12, 30)
FIXED = [name for name in TYPES if "." not in name]
LIST = [name for name in TYPES if name.startswith("l1.")]


# What is asked of every target: a statement is TRUE, FALSE or None; a value is itself or None.


def test_sql_says_what_the_second_opinion_says(by_sql: dict[tuple[int, str], Any]) -> None:
    wrong = [
        (text, number, found)
        for (number, text), found in by_sql.items()
        if not _agree(found, evaluate(text, CASES[number]))
    ]
    assert wrong == []


def test_a_sheet_says_what_the_second_opinion_says(by_sheet: dict[tuple[int, str], Any]) -> None:
    wrong = [
        (text, number, found, evaluate(text, CASES[number]))
        for (number, text), found in by_sheet.items()
        if not _agree(found, evaluate(text, CASES[number]))
    ]
    assert wrong == []


def test_the_table_uses_all_that_a_sheet_can_say() -> None:
    trees = [parse(text).tree for text in TABLE]
    single = {key(node) for tree in trees for node in tree.walk()}
    by_row = {key(node) for tree in trees for node in _within_aggregates(tree)}
    assert {*excel.VALUES, *excel.TRUTHS} - single == {"YTD"}  # stands for a name, as a column
    assert {*excel_rows.COLUMNS, *excel_rows.TRUTHS} - by_row == set()


@pytest.mark.parametrize("text", TABLE)
def test_the_values_tried_tell_right_from_wrong(text: str) -> None:
    found = [evaluate(text, given) for given in CASES]
    is_test = check(parse(text), TYPES.__getitem__) is Type.BOOLEAN
    assert len(set(found)) > 1 or "IS NULL" in text or not is_test


def _agree(found: Any, expected: Any) -> bool:
    if isinstance(found, int | float) and isinstance(expected, int | float):
        same_kind = isinstance(found, bool) == isinstance(expected, bool)
        return same_kind and bool(found == pytest.approx(expected, rel=1e-12, abs=1.1e-6))
    return type(found) is type(expected) and bool(found == expected)


def _within_aggregates(tree: Node) -> Iterator[Node]:
    for node in tree.walk():
        if key(node) in AGGREGATES:
            yield from (below for below in node.walk() if lists_in(below))
        elif isinstance(node, exp.Filter):
            yield from (below for below in node.expression.this.walk() if lists_in(below))


# SQL


@pytest.fixture(scope="module")
def by_sql() -> dict[tuple[int, str], Any]:
    connection = duckdb.connect()
    connection.execute(
        f"CREATE TABLE s (id INTEGER, {_declared(FIXED)}, v_typed VARCHAR, d_typed VARCHAR)"
    )
    connection.execute(f"CREATE TABLE l1 (id INTEGER, {_declared(LIST)})")
    for number, given in enumerate(CASES):
        values = [given[name] for name in FIXED if name != "v"]
        _insert(connection, "s", [number, *values, _number(given["v"]), given["v"], given["d"]])
        for row in given["l1"]:
            _insert(connection, "l1", [number, *(row[name[3:]] for name in LIST)])
    found: dict[tuple[int, str], Any] = {}
    for text in ASKED:
        sql = to_sql(parse(text), TYPES.__getitem__, SQL_NAMES)
        query = f"SELECT id, {sql} FROM s"  # noqa: S608
        found |= {(number, text): value for number, value in connection.execute(query).fetchall()}
    return found


SQL_NAMES = SqlNames(
    column=lambda name: {
        "sys.quarter": "3",
        "sys.period_end": "DATE '2026-09-30'",
    }.get(name, name if name.startswith("l1.") else f"s.{name}"),
    aggregate=correlated("s", "id"),
    typed=lambda name: f"CAST({name} AS VARCHAR)" if "." in name else f"s.{name}_typed",
    is_whole=lambda name: name in ("n", "e", "l1.y", "l1.e"),
)


def _declared(names: list[str]) -> str:
    sql = {Type.NUMBER: "DECIMAL(18, 6)", Type.TEXT: "VARCHAR", Type.DATE: "DATE"}
    # v comes last, beside its text as typed.
    ordered = [name for name in names if name != "v"] + [name for name in names if name == "v"]
    return ", ".join(f"{name.removeprefix('l1.')} {sql[TYPES[name]]}" for name in ordered)


def _insert(connection: duckdb.DuckDBPyConnection, table: str, values: list[Any]) -> None:
    marks = ", ".join("?" * len(values))
    connection.execute(f"INSERT INTO {table} VALUES ({marks})", values)  # noqa: S608


def _number(typed: str) -> float | None:
    return float(typed) if evaluate("IS_NUM(v)", {"v": typed}) else None


# A sheet: one per case, inputs in column B, the list from row 20, answers in columns J and K


@pytest.fixture(scope="module")
def by_sheet(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[int, str], Any]:
    folder = tmp_path_factory.mktemp("agreement")
    _write(folder / "asked.xlsx")
    # The stored results are all wrong.
    (computed,) = recalculated(folder, [folder / "asked.xlsx"])
    workbook = CalamineWorkbook.from_path(computed)
    answers = {}
    for number in range(len(CASES)):
        rows = workbook.get_sheet_by_name(f"C{number}").to_python(skip_empty_area=False)
        for line, text in enumerate(ASKED):
            answers[number, text] = _read(text, *rows[line][9:11])
    return answers


def _write(path: Path) -> None:
    with xlsxwriter.Workbook(path) as workbook:
        for number, given in enumerate(CASES):
            sheet = workbook.add_worksheet(f"C{number}")
            _write_given(sheet, given, number)
            for line, text in enumerate(ASKED):
                for column, formula in enumerate(_formulas(text)):
                    sheet.write_formula(line, 9 + column, f"={formula}", None, UNREAD)


@cache
def _formulas(text: str) -> tuple[str, str]:
    """A statement leaves TRUE and FALSE, a value itself and whether it is NULL."""
    expression = parse(text)
    if check(expression, TYPES.__getitem__) is Type.BOOLEAN:
        truth = to_sheet_test(expression, TYPES.__getitem__, SHEET_NAMES)
        return truth.true, truth.false
    value = to_sheet_value(expression, TYPES.__getitem__, SHEET_NAMES)
    return value.or_blank, value.null


def _write_given(sheet: Any, given: dict[str, Any], number: int) -> None:
    blank = BLANKS[number % 2]
    for line, name in enumerate(FIXED):
        sheet.write(line, 1, _as_written(name, given[name], blank))
    for line, row in enumerate(given["l1"]):
        for column, name in enumerate(LIST):
            sheet.write(FIRST_ROW + line, 1 + column, _as_written(name, row[name[3:]], blank))


def _as_written(name: str, value: Any, blank: str | None) -> str | float | None:
    if value is None:
        return blank
    if name in ("e", "l1.e"):
        return f"{value}={CODES[value]}"
    if name == "v":
        # A sheet computes with numbers only; one typed as text is none there.
        return value if _number(value) is None else _number(value)
    if isinstance(value, dt.date):
        return (value - DAY_ZERO).days
    text_or_number: str | float = value
    return text_or_number


def _cell(name: str) -> Value | None:
    if name == "sys.quarter":
        return constant(3)
    if name == "sys.period_end":
        return constant(dt.date(2026, 9, 30))
    read = {Type.TEXT: text_cell}.get(TYPES[name], number_cell)
    return (enum_cell if name == "e" else read)(_place(name))


def _place(name: str) -> str:
    return f"$B${FIXED.index(name) + 1}"


def _typed(name: str) -> str:
    return _area(name) if "." in name else _place(name)


def _column(name: str) -> Column | None:
    read = {Type.TEXT: text_column}.get(TYPES[name], number_column)
    return (enum_column if name == "l1.e" else read)(_area(name))


def _area(name: str) -> str:
    letter = xl_col_to_name(1 + LIST.index(name))
    return f"${letter}${FIRST_ROW + 1}:${letter}${FIRST_ROW + ROWS}"


def _rows(_: str) -> Rows:
    return rows_where_filled(_area("l1.k"), _area("l1.x"), count=ROWS)


SHEET_NAMES = SheetNames(_cell, _column, _rows, _typed)


def _read(text: str, first: Any, second: Any) -> Any:
    assert UNREAD not in (first, second), f"not recalculated: {text}"
    kind = check(parse(text), TYPES.__getitem__)
    if kind is Type.BOOLEAN:
        assert (first, second) != (True, True), f"both true and false: {text}"
        return {(True, False): True, (False, True): False, (False, False): None}[first, second]
    if second is True:
        return None if first == "" else f"NULL, yet {first!r}"
    is_day = kind is Type.DATE and isinstance(first, float)
    return DAY_ZERO + dt.timedelta(days=first) if is_day else first
