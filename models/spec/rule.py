"""审核规则: what must hold, how gravely, and what the unit is told."""

from enum import StrEnum
from typing import Annotated, Any, Literal, Self

from pydantic import Field as Limit
from pydantic import StringConstraints, model_validator

from models.spec.base import Entry, Formula, Name, Zh

QuarterName = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}Q[1-4]$")]
Operator = Literal["=", "<>", "<", "<=", ">", ">="]


class Severity(StrEnum):
    """强制, 核实, 提示."""

    MUST = "must"
    VERIFY = "verify"
    HINT = "hint"


class RuleKind(StrEnum):
    """What a rule looks at, in the order of evaluation."""

    IN_CELL = "in_cell"
    IN_FORM = "in_form"
    CROSS_FORM = "cross_form"
    UNIQUE = "unique"
    CROSS_PERIOD = "cross_period"
    CROSS_LEVEL = "cross_level"
    PERFUNCTORY = "perfunctory"


class Moment(StrEnum):
    """When a part is judged: as the file arrives, or once the files of a quarter are together."""

    RECEIPT = "receipt"
    QUARTER = "quarter"


class Part(Entry):
    """One statement of a rule; every part that is FALSE is a finding at its target cell.

    Either a comparison, so that the expected value and the gap are known, or a boolean `test`.
    A part that means something of its own has its own message, or its own `fills`.
    """

    when: Formula | None = None
    left: Formula | None = None
    op: Operator | None = None
    right: Formula | None = None
    tolerance: float = 0.0
    test: Formula | None = None
    target: str | tuple[str, ...] | None = None
    message: Zh | None = None
    fills: dict[Name, Formula] = Limit(default_factory=dict)

    @property
    def targets(self) -> tuple[str, ...]:
        """The cells a finding may point at: the first that the unit has is taken."""
        if self.target is None:
            return ()
        return (self.target,) if isinstance(self.target, str) else self.target

    @model_validator(mode="after")
    def _one_shape(self) -> Self:
        compared = [self.left, self.op, self.right]
        if (self.test is None) == (None in compared) and (self.test is None or any(compared)):
            raise ValueError("a part is either {left, op, right} or {test}")
        if self.test is not None and any(compared):
            raise ValueError("a part is either {left, op, right} or {test}, not both")
        return self


class RuleExample(Entry):
    """Values with which the rule passes or fails; names as in the formulas.

    Lists of rows stand under their alias (`l1`, `child`, `peer_all`, `sub`); a rule over `sub` is
    judged for each of its rows.
    """

    given: dict[str, Any]
    passes: bool


class Rule(Entry):
    """A rule (审核规则) as a list of parts.

    `asked` is what the unit is told where `message` is for reviewers only; `since` and `until` are
    the first and the last quarter in which the rule is judged.
    """

    id: Annotated[str, StringConstraints(pattern=r"^R[0-9]{3}$")]
    kind: RuleKind
    severity: Severity
    form: str | None = None
    only: tuple[Name, ...] | None = None
    each: (
        Literal[
            "required",
            "int",
            "decimal",
            "date",
            "enum",
            "typical",
            "formula",
            "text",
            "reading",
        ]
        | None
    ) = None
    rows: Literal["l1", "l2", "l3"] | None = None
    named_rows: Formula | None = None
    message: Zh
    asked: Zh | None = None
    norm: str | None = None
    since: QuarterName | None = None
    until: QuarterName | None = None
    parts: Annotated[tuple[Part, ...], Limit(min_length=1)]
    fills: dict[Name, Formula] = Limit(default_factory=dict)
    examples: tuple[RuleExample, ...] = ()

    def fills_of(self, part: Part) -> dict[str, str]:
        """What fills the placeholders of a part's message: its own, or else the rule's."""
        return {**self.fills, **part.fills}

    def in_force(self, period: str) -> bool:
        """Whether the rule is judged in a quarter such as `2026Q3`."""
        return (self.since or period) <= period <= (self.until or period)
