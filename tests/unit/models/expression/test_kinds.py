import pytest

from models.expression import Type, UnknownNameError, WrongTypeError, check, parse
from tests.unit.models.expression.corpus import CORPUS, DATES, TEXTS

TYPES = {
    "n": Type.NUMBER,
    "t": Type.TEXT,
    "d": Type.DATE,
    "l1.x": Type.NUMBER,
    "l1.t": Type.TEXT,
    "l2.x": Type.NUMBER,
}


def by_ending(name: str) -> Type:
    if name.endswith(DATES):
        return Type.DATE
    return Type.TEXT if name.endswith(TEXTS) else Type.NUMBER


@pytest.mark.parametrize("text", CORPUS)
def test_what_the_catalogue_writes_goes_together(text: str) -> None:
    assert check(parse(text), by_ending) in Type


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("n + 1", Type.NUMBER),
        ("n > 1 OR t = 'x'", Type.BOOLEAN),
        ("COALESCE(t, 'x')", Type.TEXT),
        ("GREATEST(d, DATE '2026-01-01')", Type.DATE),
        ("CASE WHEN n > 1 THEN NULL ELSE d END", Type.DATE),
        ("DATE_ADD_YEARS(d, n)", Type.DATE),
        ("DATE_DIFF_DAYS(d, d)", Type.NUMBER),
        ("COUNT(l1.t) FILTER (WHERE l1.t <> t)", Type.NUMBER),
        ("n IN (1, NULL)", Type.BOOLEAN),
    ],
)
def test_a_type_comes_out(text: str, found: Type) -> None:
    assert check(parse(text), TYPES.__getitem__) is found


@pytest.mark.parametrize(
    "text",
    [
        "d = n",
        "t + t",
        "t < 'x'",
        "d - d",
        "n AND n > 1",
        "NOT n",
        "n IN (1, 'x')",
        "n IN (n, 2)",
        "n IN DECIMALS(n)",
        "n BETWEEN d AND 3",
        "COALESCE(n, t)",
        "GREATEST(t, t)",
        "CASE n WHEN 1 THEN 2 END",
        "CASE WHEN n THEN 2 END",
        "CASE WHEN n > 1 THEN n > 2 END",
        "(n > 1) < (n > 2)",
        "(n > 1) = n",
        "(n > 1) IS NULL",
        "n IS TRUE",
        "ROUND(n, n)",
        "ROUND(n, 9)",
        "SUM(l1.t)",
        "SUM(n)",
        "SUM(l1.x + l2.x)",
        "SUM(l1.x + COUNT(l1.t))",
        "SUM(l1.x) FILTER (WHERE l1.x > COUNT(l1.t))",
        "SUM(l1.x) FILTER (WHERE l2.x = 1)",
        "ABS(n) FILTER (WHERE n > 1)",
        "ABS(n) OVER (PARTITION BY n)",
        "DATE_ADD_YEARS(n, d)",
        "IS_INT(n + 1)",
        "MATCHES(n, 'P')",
        "MATCHES(t, t)",
        "ytd(t)",
        "NULL",
    ],
)
def test_what_does_not_go_together_is_refused(text: str) -> None:
    with pytest.raises(WrongTypeError):
        check(parse(text), TYPES.__getitem__)


@pytest.mark.parametrize("text", ["n + nobody", "ytd(nobody) > 1", "IS_INT(nobody)"])
def test_an_unknown_name_is_refused(text: str) -> None:
    with pytest.raises(UnknownNameError, match="nobody"):
        check(parse(text), TYPES.__getitem__)
