"""How a number of a paper is printed: half-width digits, no thousands separator, half up."""

from decimal import ROUND_HALF_UP, Decimal

from models.spec.briefing import Format

DECIMALS: dict[Format, int] = {"whole": 0, "percent": 1, "points": 1, "money": 2, "score": 1}


def rounded(value: float, decimals: int) -> Decimal:
    """The value as people round it: a half goes up, away from zero."""
    exact = Decimal(repr(float(value))).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    return exact if exact else abs(exact)


def printed(value: float, form: Format, own_decimals: int = 1) -> str:
    """Print a number; `own` prints as many decimals as its indicator has."""
    if form == "plain":
        return f"{rounded(value, 4).normalize():f}"
    return f"{rounded(value, DECIMALS.get(form, own_decimals)):f}"
