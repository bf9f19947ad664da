"""报表 and 填报项: what is collected, from whom, when and in what measure."""

from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import Field as Limit
from pydantic import StringConstraints, model_validator

from models.spec.base import ALL_LEVELS, ALL_QUARTERS, Entry, Formula, Level, Name, Zh


class FieldType(StrEnum):
    """How a cell is read."""

    INT = "int"
    DECIMAL = "decimal"
    TEXT = "text"
    DATE = "date"
    ENUM = "enum"


class EntryMode(StrEnum):
    """Who fills the cell."""

    TYPED = "typed"
    ZERO_DEFAULT = "zero_default"
    CARRIED = "carried"
    CARRIED_EDITABLE = "carried_editable"
    DIRECTORY = "directory"
    FORMULA = "formula"


SYSTEM_OWNED = frozenset({EntryMode.CARRIED, EntryMode.DIRECTORY})
"""Cells that the system fills and locks: compared on return, never loaded from the file."""

NUMERIC = frozenset({FieldType.INT, FieldType.DECIMAL})

Quarter = Annotated[int, Limit(ge=1, le=4)]


class Field(Entry):
    """A cell of a form (填报项), or a column of a list.

    `is_partners`: in a row with an initiator, only the other unit fills the cell.
    """

    name: Name
    code: Annotated[str, StringConstraints(pattern=r"^[FL][0-9]-[0-9]{2}$")]
    zh: Zh
    type: FieldType
    enum: Name | None = None
    uom: Zh | None = None
    kind: Literal["stock", "flow", "ytd", "annual", "attr"]
    entry: EntryMode
    required: Literal["yes", "no", "conditional"] = "yes"
    required_when: Formula | None = None
    prefill: Formula | None = None
    formula: Formula | None = None
    levels: tuple[Level, ...] = ALL_LEVELS
    only: tuple[Name, ...] | None = None
    quarters: tuple[Quarter, ...] = ALL_QUARTERS
    typical: tuple[float, float] | None = None
    length: tuple[int, int] | None = None
    pattern: str | None = None
    hint: Zh | None = None
    is_partners: bool = False
    rollup: Literal["sum", "sum_once", "mean", "count_by_code", "none"]
    sensitivity: Literal["internal", "personal_or_small_group", "sensitive"] = "internal"
    form: str = ""
    alias: str | None = None

    @property
    def qualified(self) -> str:
        """The name formulas use: `branch_close`, or `l3.matter_id` for a list column."""
        return f"{self.alias}.{self.name}" if self.alias else self.name

    @property
    def is_number(self) -> bool:
        return self.type in NUMERIC

    @property
    def is_system_owned(self) -> bool:
        return self.entry in SYSTEM_OWNED

    def exists_for(self, kind: str, level: Level, quarter: int) -> bool:
        """Whether a unit of this kind and level has the cell in this quarter (1 to 4)."""
        if self.only is not None and kind not in self.only:
            return False
        return level in self.levels and quarter in self.quarters

    @model_validator(mode="after")
    def _parts_agree(self) -> Self:
        demands = {
            "enum": (self.type is FieldType.ENUM, self.enum),
            "formula": (self.entry is EntryMode.FORMULA, self.formula),
            "required_when": (self.required == "conditional", self.required_when),
        }
        for key, (wanted, given) in demands.items():
            if wanted != (given is not None):
                raise ValueError(f"{self.name}: `{key}` is {'missing' if wanted else 'not wanted'}")
        return self


class Closing(Entry):
    """When a row of a list has ended, and how long it is listed after that.

    It has ended when `column` holds one of `codes`, or, without codes, when it holds anything.
    `year`: kept to the end of the year; `unanswered`: one quarter more if its partner is silent.
    """

    column: Name
    codes: tuple[int, ...] = ()
    kept: Literal["year", "unanswered"] | None = None


class Form(Entry):
    """A sheet of the workbook (报表): fixed cells, or a list of rows."""

    id: Annotated[str, StringConstraints(pattern=r"^[FL][0-9]$")]
    zh: Zh
    kind: Literal["fixed", "list"]
    alias: Annotated[str, StringConstraints(pattern=r"^l[0-9]$")] | None = None
    key: Name | None = None
    ids: str | None = None
    closes: Closing | None = None
    spare_rows: int = 0
    purpose: Zh
    fields: tuple[Field, ...]

    @property
    def sheet(self) -> str:
        """The name of the worksheet."""
        return f"{self.id} {self.zh}"
