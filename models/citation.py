"""What a published number says of itself: which cell of which mart it is, and a short code for it.

A briefing prints thousands of numbers; each carries the code of its citation, so that a person can
ask `sanji explain CODE`, and a machine can check an edited paper against its snapshot.
"""

import hashlib
from dataclasses import astuple, dataclass
from typing import Literal

Measure = Literal["indicator", "composite", "field", "count"]
Part = Literal[
    "value",
    "numerator",
    "denominator",
    "units_expected",
    "units_used",
    "low",
    "high",
    "change",
    "target",
]

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz".upper()
"""Crockford's: without I, L, O and U, which are misread or spell words."""
LENGTH = 7
BITS = 5


@dataclass(frozen=True)
class Citation:
    """One number of a snapshot. `count` measures are what the briefing itself counts over rows."""

    period: str
    measure: Measure
    name: str
    scope_level: str
    scope_code: str
    part: Part
    view: str = "as_reported"
    compare_to: str | None = None


def code_of(citation: Citation) -> str:
    """Seven characters that stand for the citation; the same in every briefing that cites it."""
    told = "\x1f".join(str(field or "") for field in astuple(citation))
    number = int.from_bytes(hashlib.sha256(told.encode()).digest())
    top = number >> (256 - BITS * LENGTH)
    return "".join(
        ALPHABET[(top >> (BITS * place)) & (len(ALPHABET) - 1)] for place in reversed(range(LENGTH))
    )
