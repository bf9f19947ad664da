"""What a live check asks: a part of a rule, and the cell it leads to."""

from dataclasses import dataclass

from models.spec.form import Field
from models.spec.rule import Part, Rule

TYPES = ("int", "decimal", "date", "enum")
UNREAD_BY = ("required", *TYPES)
"""Rules of these kinds make a cell unread: what needs it is not asked."""

Key = tuple[str, int, str]
"""Rule, number of the part, and the field of a rule about single cells."""


@dataclass(frozen=True)
class Ask:
    """A part of a rule, asked of one workbook.

    `alias` is the list that is asked row by row; `field` the one that a rule about single cells
    looks at.
    """

    rule: Rule
    number: int
    part: Part
    target: Field
    alias: str | None = None
    field: Field | None = None

    @property
    def key(self) -> Key:
        """Names the check among those of a workbook."""
        return self.rule.id, self.number, self.field.qualified if self.field else ""

    @property
    def template(self) -> str:
        """The message, its placeholders not yet filled."""
        return self.part.message or self.rule.message
