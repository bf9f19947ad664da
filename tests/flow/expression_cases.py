"""What the agreement test asks: expressions that use the whole language, and values to try."""

import datetime as dt
from random import Random
from typing import Any

from models.expression import Type

NUMBERS = ("a", "b", "c", "n", "e")
TEXTS = ("t", "u")
DATES = ("d", "f")
TYPES: dict[str, Type] = {
    **dict.fromkeys((*NUMBERS, "v", "sys.quarter"), Type.NUMBER),
    **dict.fromkeys(TEXTS, Type.TEXT),
    **dict.fromkeys((*DATES, "sys.period_end"), Type.DATE),
    **dict.fromkeys(("l1.x", "l1.y", "l1.e"), Type.NUMBER),
    **dict.fromkeys(("l1.k", "l1.t"), Type.TEXT),
    **dict.fromkeys(("l1.d", "l1.f"), Type.DATE),
}
CODES = {0: "否", 1: "是", 2: "部分", 9: "不适用", 10: "其他"}
PERIOD_END = dt.date(2026, 9, 30)
QUARTER = 3
ROWS = 7
MISSING, HALF = 0.2, 0.5

TABLE = (
    # arithmetic and rounding
    "a + b - c",
    "a * b",
    "a / b",
    "a / (b - c)",
    "a / b / c",
    "n / 128",
    "(a + b) / 4",
    "-a - -b",
    "ABS(a - b)",
    "ROUND(a, 2)",
    "ROUND(a / 8, 2)",
    "ROUND(a * b / 128, 1)",
    "ROUND(a)",
    "ROUND(n * 0.005, 2)",
    "ROUND(a + 0.1 + 0.2, 3)",
    "DECIMALS(a)",
    "DECIMALS(a / 8)",
    # comparisons, of noisy numbers too
    "a = b",
    "a <> b",
    "a < b",
    "a <= b",
    "a > b",
    "a >= b",
    "a + 0.1 + 0.2 = a + 0.3",
    "a + b = c",
    "a * 1.1 >= b",
    "0.15 * n <= ABS(a - b)",
    "a / 128 = b / 128",
    "t = u",
    "t <> 'Abc'",
    "t = 'it''s \"it\"'",
    "d = f",
    "d <> f",
    "d < f",
    "d >= DATE '2024-02-29'",
    "d <= sys.period_end",
    "e = 1",
    "e <> 9",
    "e >= 2",
    # statements
    "a > 0 AND b > 0",
    "a > 0 OR b > 0",
    "NOT (a > 0 AND NOT b > 0)",
    "NOT a = b",
    "(a > 0) = (b > 0)",
    "(e = 1) <> (d IS NOT NULL)",
    "TRUE AND a = 1 OR FALSE",
    "a IS NULL",
    "t IS NOT NULL AND d IS NOT NULL",
    "a / b IS NULL",
    "COALESCE(a, b) IS NULL",
    "e IN (1, 9)",
    "a NOT IN (0, 0.3, 2)",
    "a + b IN (0.3, 1)",
    "a IN (1, NULL)",
    "NOT e IN (1, NULL)",
    "t IN ('x', 'Abc')",
    "t NOT IN ('abc')",
    "a BETWEEN b AND c",
    "a NOT BETWEEN 0 AND n",
    "d BETWEEN f AND sys.period_end",
    "n BETWEEN 1 AND 100 OR a = 0",
    "sys.quarter IN (2, 4) OR a > 0",
    "sys.quarter = 3 AND a >= 0",
    "IS_INT(v)",
    "IS_NUM(v)",
    "IS_INT(v) AND a > 0",
    "IS_DATE(d)",
    "COUNT(l1.k) FILTER (WHERE IS_INT(l1.x))",
    "COUNT(l1.k) FILTER (WHERE NOT IS_NUM(l1.x) OR IS_DATE(l1.d))",
    # choices
    "COALESCE(a, b, 0)",
    "COALESCE(a + b, c)",
    "COALESCE(t, u, '-')",
    "COALESCE(d, f)",
    "GREATEST(a, b)",
    "GREATEST(5, 0.15 * a, b)",
    "LEAST(a, b, c)",
    "GREATEST(d, f)",
    "LEAST(d, f, DATE '2025-01-01')",
    "MAX_OF(a, b, c) = MIN_OF(a, b, c)",
    "ABS(a - b) <= GREATEST(5, 0.2 * c)",
    "CASE WHEN a > b THEN a WHEN a < b THEN b ELSE 0 END",
    "CASE WHEN a > b THEN a - b END",
    "CASE WHEN e = 1 THEN 'x' WHEN e = 9 THEN t ELSE u END",
    "CASE WHEN e IN (1, 2) THEN 1 ELSE 0 END + CASE WHEN a IS NULL THEN 0 ELSE n END",
    "CASE WHEN d > f THEN d ELSE NULL END",
    # dates
    "DATE_ADD_YEARS(d, 1)",
    "DATE_ADD_YEARS(d, n)",
    "DATE_ADD_YEARS(d, 4) > f",
    "DATE_DIFF_DAYS(d, f)",
    # lists
    "COUNT(l1.x)",
    "COUNT(l1.t)",
    "COUNT(l1.d)",
    "COUNT(l1.e)",
    "SUM(l1.x)",
    "SUM(l1.x) FILTER (WHERE l1.e = 1)",
    "COUNT(l1.k) FILTER (WHERE l1.e <> 9)",
    "COUNT(l1.k) FILTER (WHERE l1.e >= 2 AND l1.e < 10)",
    "COUNT(l1.k) FILTER (WHERE l1.e IN (1, 2, 10))",
    "COUNT(l1.k) FILTER (WHERE l1.e NOT IN (1, 2))",
    "COUNT(l1.k) FILTER (WHERE l1.e IN (1, NULL))",
    "COUNT(l1.k) FILTER (WHERE NOT l1.e IN (1, NULL))",
    "COUNT(l1.k) FILTER (WHERE l1.d < l1.f)",
    "COUNT(l1.k) FILTER (WHERE NOT l1.d < l1.f)",
    "COUNT(l1.k) FILTER (WHERE l1.d IS NULL OR l1.d > DATE_ADD_YEARS(l1.f, 1))",
    "COUNT(l1.k) FILTER (WHERE DATE_ADD_YEARS(l1.d, l1.y) = l1.f)",
    "COUNT(l1.k) FILTER (WHERE l1.d BETWEEN f AND sys.period_end)",
    "COUNT(l1.k) FILTER (WHERE NOT (l1.x BETWEEN a AND l1.y))",
    "COUNT(l1.k) FILTER (WHERE (l1.e = 1) <> (l1.d IS NOT NULL) OR l1.k = l1.t)",
    "COUNT(l1.k) FILTER (WHERE (l1.e = 1) = (l1.d < f))",
    "COUNT(l1.k) FILTER (WHERE NOT (l1.t = 'Abc' AND l1.x > 0))",
    "COUNT(l1.k) FILTER (WHERE l1.t <> l1.k AND a > 0)",
    "COUNT(l1.k) FILTER (WHERE l1.t = t)",
    "COUNT(l1.k) FILTER (WHERE l1.x > a)",
    "COUNT(l1.k) FILTER (WHERE l1.x >= a + 0.1)",
    "COUNT(l1.k) FILTER (WHERE l1.x + 0.1 + 0.2 = l1.x + 0.3 AND l1.x <= 1)",
    "COUNT(l1.k) FILTER (WHERE l1.x / l1.y > 1)",
    "COUNT(l1.k) FILTER (WHERE NOT l1.x / l1.y > 1)",
    "COUNT(l1.k) FILTER (WHERE NOT (l1.x > 0 OR b > 0))",
    "COUNT(l1.k) FILTER (WHERE l1.x IS NULL)",
    "COUNT(l1.k) FILTER (WHERE GREATEST(l1.x, l1.y) = l1.x)",
    "COUNT(l1.k) FILTER (WHERE DATE_DIFF_DAYS(l1.d, l1.f) > 365)",
    "COUNT(l1.k) FILTER (WHERE DECIMALS(l1.x) > 1)",
    "SUM(LEAST(l1.x, l1.y)) FILTER (WHERE l1.e <> 1)",
    "SUM(GREATEST(l1.x, l1.y, 1))",
    "SUM(COALESCE(l1.x, l1.y, 0))",
    "SUM(COALESCE(l1.x, l1.y))",
    "SUM(l1.x * l1.y - l1.x / l1.y)",
    "SUM(ROUND(l1.x / 8, 2))",
    "SUM(-ABS(l1.x - l1.y))",
    "SUM(CASE WHEN l1.e = 1 THEN l1.x WHEN l1.e = 2 THEN l1.y END)",
    "SUM(CASE WHEN l1.x > 0 THEN 1 ELSE 0 END)",
    "SUM(DATE_DIFF_DAYS(l1.d, l1.f))",
    "SUM(l1.x) FILTER (WHERE a > 0)",
    "COUNT_DISTINCT(l1.t)",
    "COUNT_DISTINCT(l1.x)",
    "COUNT_DISTINCT(l1.t, l1.e, l1.d)",
    "COUNT_DISTINCT(l1.e) FILTER (WHERE l1.x > 0)",
    "COUNT(l1.k) = COUNT_DISTINCT(l1.k)",
    "COALESCE(SUM(l1.x), 0) - a = 0",
    "ABS(COALESCE(a, 0) - COALESCE(SUM(l1.x) FILTER (WHERE l1.e IN (1, 2)), 0)) <= 0.1",
    "COUNT(l1.k) FILTER (WHERE l1.x > 0) >= 0.8 * COUNT(l1.k)",
    "SUM(l1.x) / COUNT(l1.k) FILTER (WHERE l1.e = 1)",
)

PLAIN_NUMBERS = (0, 0, 1, 2, 3, 5, 12, 100, -1, -4, 0.1, 0.2, 0.3, 0.25, 1.005, 2.675, 12.34)
NOISY_NUMBERS = (0.015, 99.995, -0.005, 1.0049, 250.5, 123456.78, 0.000001, 7.123456)
SOME_TEXTS = ("x", "Abc", "abc", "ABC", "甲", 'it\'s "it"', "a*", "a?", "1", "01", "330702001")
SOME_DATES = ("2024-02-29", "2025-02-28", "2025-03-01", "2026-09-30", "2026-10-01", "2023-12-31")
AS_TYPED = ("3", "3.0", "3.5", " 7 ", "3个", "1,000", "5%", "2026-1-1", "1e3", "-4", "+2", ".5")


def some_expression(seed: int) -> str:
    """Return an expression that nobody thought of: a statement or a number, some levels deep."""
    random = Random(seed)  # noqa: S311 - the same expressions in every run
    if random.random() < HALF:
        return _statement(random, 3, "")
    return _number(random, 3, "")


def _number(random: Random, depth: int, row: str) -> str:
    names: tuple[str, ...] = ("l1.x", "l1.y", "l1.e") if row else NUMBERS
    if depth == 0:
        return random.choice((*names, *names, "2", "0.3", "0"))
    one, other = (_number(random, depth - 1, row) for _ in range(2))
    statement = _statement(random, depth - 1, row)
    forms = [
        f"({one} {random.choice('+-*/')} {other})",
        f"COALESCE({one}, {other})",
        f"{random.choice(('GREATEST', 'LEAST'))}({one}, {other})",
        f"ABS({one} - {other})",
        f"CASE WHEN {statement} THEN {one} ELSE {other} END",
        f"CASE WHEN {statement} THEN {one} END",
    ]
    if not row:
        condition = _statement(random, depth - 1, "l1")
        summed = _number(random, depth - 1, "l1")
        forms.append(f"SUM(l1.x + {summed}) FILTER (WHERE {condition})")
        forms.append(f"COUNT(l1.k) FILTER (WHERE {condition})")
    return random.choice(forms)


def _statement(random: Random, depth: int, row: str) -> str:
    if depth == 0:
        name = "l1.x" if row else "a"
        return random.choice((f"{name} IS NULL", f"{name} > 0", f"{name} IN (0, 2)", "t = 'x'"))
    one, other = (_statement(random, depth - 1, row) for _ in range(2))
    left, right = (_number(random, depth - 1, row) for _ in range(2))
    forms = (
        f"({one} AND {other})",
        f"({one} OR {other})",
        f"NOT {one}",
        f"(({one}) = ({other}))",
        f"{left} {random.choice(('=', '<>', '<', '<=', '>', '>='))} {right}",
        f"({left} BETWEEN {right} AND 5)",
        f"{left} IS NOT NULL",
    )
    return random.choice(forms)


def some_given(seed: int) -> dict[str, Any]:
    """Return values for every name: about one in five is missing, most lists are not full."""
    random = Random(seed)  # noqa: S311 - the same values in every run
    given = _one_each(random, [name for name in TYPES if "." not in name and name != "v"])
    rows = [_one_each(random, _columns()) for _ in range(random.choice((0, 1, 4, ROWS)))]
    for number, row in enumerate(rows):
        row["k"] = random.choice((f"K{number}", "K0", "k0"))
    typed = random.choice(AS_TYPED)
    return {
        **given,
        "v": typed,
        "l1": rows,
        "sys.quarter": QUARTER,
        "sys.period_end": PERIOD_END,
    }


def _columns() -> list[str]:
    return [name.removeprefix("l1.") for name in TYPES if name.startswith("l1.") and name != "l1.k"]


def _one_each(random: Random, names: list[str]) -> dict[str, Any]:
    return {name: None if random.random() < MISSING else _one(random, name) for name in names}


def _one(random: Random, name: str) -> Any:
    if name == "e":
        return random.choice(tuple(CODES))
    if name in ("n", "y"):
        return random.randrange(8)
    if name in DATES:
        return dt.date.fromisoformat(random.choice(SOME_DATES))
    return random.choice(SOME_TEXTS if name in TEXTS else (*PLAIN_NUMBERS, *NOISY_NUMBERS))
