"""Steps that read the same for one cell and for an array of rows."""

from collections.abc import Callable

from models.expression.kinds import Type

OPPOSITE = {"=": "<>", "<>": "=", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}


def years_later(date: str, years: str) -> str:
    """Return DATE_ADD_YEARS: DATE carries 29 February over into March, one day too far."""
    later = f"DATE(YEAR({date})+{years},MONTH({date}),DAY({date}))"
    return f"({later}-(DAY({later})<>DAY({date})))"


def rounded(number: str, places: int) -> str:
    """Return ROUND of the number as people read it, without the noise of doubles."""
    return f"ROUND(ROUND({number},9),{places})"


def decimals(number: str) -> str:
    """Count the places at which rounding still changes the number, up to six."""
    changes = (f"(ROUND({number}-ROUND({number},{place}),6)<>0)" for place in range(6))
    return f"({'+'.join(changes)})"


def number_test(left: str, sign: str, right: str) -> str:
    """Compare two numbers by their difference."""
    gap = left if right == "0" else f"{left}-{right}"
    return f"(ROUND({gap},6){sign}0)"


def plain_test(left: str, sign: str, right: str) -> str:
    """Compare two dates, or two numbers that carry no noise."""
    return f"({left}{sign}{right})"


def text_test(left: str, sign: str, right: str) -> str:
    """Compare two texts; `=` alone would not tell a from A."""
    return f"EXACT({left},{right})" if sign == "=" else f"NOT(EXACT({left},{right}))"


TESTS: dict[Type, Callable[[str, str, str], str]] = {
    Type.NUMBER: number_test,
    Type.DATE: plain_test,
    Type.TEXT: text_test,
}
