import datetime as dt

import pytest

from models.expression import (
    NotInWorkbookError,
    SheetNames,
    Type,
    Value,
    constant,
    enum_cell,
    number_cell,
    number_column,
    parse,
    rows_where_filled,
    text_cell,
    text_column,
    to_sheet_test,
    to_sheet_value,
)

CELLS: dict[str, Value] = {
    "a": number_cell("A1"),
    "b": number_cell("B1"),
    "e": enum_cell("E1"),
    "t": text_cell("T1"),
    "d": number_cell("D1"),
    "l1.x": number_cell("X9"),
    "sys.period_end": constant(dt.date(2026, 9, 30)),
    "far": constant("far"),
}
COLUMNS = {"l1.x": number_column("X5:X9"), "l1.t": text_column("T5:T9")}
ROWS = {"l1": rows_where_filled("X5:X9", count=5)}
NAMES = SheetNames(CELLS.get, COLUMNS.get, ROWS.get, {"a": "A1"}.get)
TEXTS = ("t", "far", "l1.t", "l1.none")


def type_of(name: str) -> Type:
    if name in ("d", "sys.period_end"):
        return Type.DATE
    return Type.TEXT if name in TEXTS else Type.NUMBER


def true(text: str) -> str:
    return to_sheet_test(parse(text), type_of, NAMES).true


def false(text: str) -> str:
    return to_sheet_test(parse(text), type_of, NAMES).false


def value(text: str) -> str:
    return to_sheet_value(parse(text), type_of, NAMES).or_blank


def test_a_comparison_neither_holds_nor_fails_on_a_blank() -> None:
    blank = "OR(NOT(ISNUMBER(A1)),NOT(ISNUMBER(B1)))"
    assert true("a <= b") == f"IF({blank},FALSE,(ROUND(A1-B1,6)<=0))"
    assert false("a <= b") == f"IF({blank},FALSE,(ROUND(A1-B1,6)>0))"


def test_and_fails_as_soon_as_one_side_does() -> None:
    assert true("t IS NULL AND d IS NULL") == "AND(LEN(T1)=0,NOT(ISNUMBER(D1)))"
    assert false("t IS NULL AND d IS NULL") == "OR(NOT(LEN(T1)=0),NOT(NOT(ISNUMBER(D1))))"


def test_a_sum_is_blank_when_a_part_is() -> None:
    assert value("a + 1") == 'IF(NOT(ISNUMBER(A1)),"",(A1+1))'


def test_what_is_never_null_is_not_asked_about() -> None:
    assert value("COALESCE(a, 0) * 2") == "(IF(NOT(ISNUMBER(A1)),0,A1)*2)"
    assert true("DATE '2026-09-30' = sys.period_end") == "(DATE(2026,9,30)=DATE(2026,9,30))"


def test_an_enum_cell_is_read_by_its_code() -> None:
    code = 'VALUE(LEFT(E1&"=",FIND("=",E1&"=")-1))'
    assert true("e = 1") == f"IF(ISERROR({code}),FALSE,(ROUND({code}-1,6)=0))"


def test_a_count_goes_over_the_rows_that_exist() -> None:
    assert value("COUNT(l1.x)") == "SUMPRODUCT(1*(((LEN(X5:X9)>0))>0)*ISNUMBER(X5:X9))"


def test_on_a_row_its_own_cell_is_read() -> None:
    assert true("l1.x > 1") == "IF(NOT(ISNUMBER(X9)),FALSE,(ROUND(X9-1,6)>0))"


def test_quotes_in_a_text_are_doubled() -> None:
    assert true("far = 'a\"b'") == 'EXACT("far","a""b")'


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("a = prev.a", "prev.a: the workbook does not hold it"),
        ("a = ytd(b)", r"ytd\(b\): the workbook does not hold it"),
        ("a = SUM(child.a)", "no list child"),
        ("a = SUM(l1.none_such)", "l1.none_such: the workbook does not hold it"),
        ("COUNT(l1.x) OVER (PARTITION BY l1.t) = 1", "no basic worksheet function"),
        ("MATCHES(t, 'P')", "no basic worksheet function"),
        ("IS_DATE(t)", "does not hold it as typed"),
        ("IS_INT(b)", "does not hold it as typed"),
        ("a IN ENUM(field)", "bound to its values"),
        ("COUNT(l1.x) FILTER (WHERE l1.x IN ENUM(field)) = 0", "bound to its values"),
        ("COUNT(l1.x) FILTER (WHERE MATCHES(l1.t, 'P')) = 0", "row by row"),
        ("COUNT(l1.x) FILTER (WHERE COALESCE(l1.t, 'x') = 'x') = 0", "chosen row by row"),
        (f"t = '{'x' * 256}'", "255 characters"),
        (f"a IN ({', '.join(map(str, range(600)))})", "formula has [0-9]+ characters"),
    ],
)
def test_what_a_workbook_cannot_say_is_named_with_its_reason(text: str, why: str) -> None:
    with pytest.raises(NotInWorkbookError, match=why):
        to_sheet_test(parse(text), type_of, NAMES)
