"""What is found of a number: the fact, with its citation, or why it must not be said."""

from dataclasses import dataclass, field
from typing import Literal

from models.citation import Citation, code_of

Reason = Literal[
    "missing", "not_due", "not_asked", "denominator", "coverage", "hidden", "redefined"
]


@dataclass(frozen=True)
class Fact:
    """A number, as it is and as it is printed; `direction` of a change is 1, 0 or -1."""

    citation: Citation
    number: float
    printed: str
    direction: int | None = None
    base: float | None = field(default=None, compare=False)

    @property
    def code(self) -> str:
        return code_of(self.citation)


@dataclass(frozen=True)
class Absent:
    """Why there is no number."""

    reason: Reason


Found = Fact | Absent
