"""What goes into a workbook: who, when, what was prefilled and what is shown."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Literal


@dataclass(frozen=True)
class Raw:
    """What stands in a cell whatever its field asks for: how a filler's slip is written.

    An `uncached` text is a formula that no program has computed, an `error` is what Excel shows.
    """

    kind: Literal["text", "number", "error", "uncached"]
    text: str


Plain = int | float | Decimal | str | date | None
"""A cell's value: number, text, date, or nothing. Enum cells hold their integer code."""

Value = Plain | Raw

Row = Mapping[str, Value]
"""Column name (without alias) -> value."""


@dataclass(frozen=True)
class Sheetful:
    """Values of the fixed sheets by field name, and rows of the lists by alias."""

    values: Mapping[str, Value] = field(default_factory=dict)
    rows: Mapping[str, Sequence[Row]] = field(default_factory=dict)

    def value(self, qualified: str, line: int | None = None) -> Value:
        """The value of a field, of a list field in a line counted from 1; None when blank."""
        alias, _, column = qualified.rpartition(".")
        if not alias:
            return self.values.get(qualified)
        rows = self.rows.get(alias, ())
        return rows[line - 1].get(column) if line and line <= len(rows) else None


@dataclass(frozen=True)
class Content:
    """One unit's workbook in one quarter.

    `prefill` is what the system puts in and answers for; `shown` is what stands in the cells:
    the same in a template, more in a workbook that has been filled.
    """

    meta: Mapping[str, str]
    unit_name: str
    period: str
    prefill: Sheetful
    shown: Sheetful
    made_at: datetime
