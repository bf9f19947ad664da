"""Numbers and names as they are printed in pictures."""

import re
from unicodedata import east_asian_width

from models.spec.indicator import Indicator

BRACKETS = re.compile(r"\([^()]*\)")


def number(value: float, decimals: int = 0) -> str:
    """Print a number; what rounds to nothing is 0, never -0."""
    text = f"{value:,.{decimals}f}"
    return text.lstrip("-") if float(text.replace(",", "")) == 0 else text


def signed(value: float, decimals: int = 0) -> str:
    """Print a difference with its sign; none on 0."""
    text = brief(value, decimals)
    return f"+{text}" if value > 0 and not _is_zero(text) else text


def brief(value: float, decimals: int) -> str:
    """Print a number without the decimals that say nothing: 90, not 90.0."""
    text = number(value, decimals)
    return text.rstrip("0").rstrip(".") if "." in text else text


def with_percent(value: float, entry: Indicator) -> str:
    """Print an indicator's value; only the per cent sign is short enough to stand beside it."""
    return brief(value, entry.decimals) + (entry.uom if entry.uom == "%" else "")


def _is_zero(text: str) -> bool:
    return float(text.replace(",", "")) == 0


def width(text: str) -> int:
    """Display width in half-width columns."""
    return sum(2 if east_asian_width(char) in "WF" else 1 for char in text)


def head(text: str, columns: int = 10) -> str:
    """A column head: upright, in lines of about equal length, what stands in brackets left out."""
    short = bare(text)
    lines = -(-width(short) // columns)
    even = -(-width(short) // lines)
    return wrapped(short, even + even % 2)


def bare(text: str) -> str:
    """A name without what stands in brackets."""
    return BRACKETS.sub("", text)


def wrapped(text: str, columns: int) -> str:
    """Break a text every `columns` half-widths."""
    lines, line = [], ""
    for char in text:
        if width(line + char) > columns:
            lines.append(line)
            line = ""
        line += char
    return "<br>".join([*lines, line])


def cut(text: str, columns: int) -> str:
    """The beginning of a text that is too wide, and a sign that it goes on."""
    if width(text) <= columns:
        return text
    while width(text) > columns - 2:
        text = text[:-1]
    return f"{text}…"


def longest(names: list[str], size: int = 12) -> int:
    """The pixels that the longest of the names needs."""
    return max((width(name) for name in names), default=4) * size // 2 + 18
