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
class Mark:
    """A cell sent back: how gravely, and what is said of it in its comment."""

    severity: str
    text: str


@dataclass(frozen=True)
class Listed:
    """A line of 退回清单: a finding, with what the unit has said of it.

    `key` says, in a hidden cell, what an explanation typed in the line is about; None where
    nothing is to be explained.
    """

    severity: str
    form: str
    label: str
    field: str | None
    line: int | None
    seen: str
    expected: str
    to_do: str
    key: str | None = None
    reason: int | None = None
    text: str = ""


@dataclass(frozen=True)
class Found:
    """What our own engine finds where a live check looks.

    `count` places fail, the first of them in row `first` of its list; `text` is what is said of
    it; `due` cells are to be filled there.
    """

    count: int = 0
    first: int | None = None
    text: str = ""
    due: int = 0


@dataclass(frozen=True)
class Computed:
    """The results of formulas as our own engine computes them from what is shown.

    `values` holds computed cells by field and line, `found` the live checks that found something
    by rule, number of the part, and field.
    """

    values: Mapping[tuple[str, int | None], Plain]
    found: Mapping[tuple[str, int, str], Found]


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
    marks: Mapping[tuple[str, int | None], Mark] = field(default_factory=dict)
    listed: Sequence[Listed] = ()
    computed: Computed | None = None
