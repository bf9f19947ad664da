"""Levels, unit kinds, counties, norms, glossary, vocabulary and the calendar of a campaign."""

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from models.spec.base import Entry, Level, Name, Zh

RegionCode = Annotated[str, StringConstraints(pattern=r"^[0-9]{6}$")]


class LevelEntry(Entry):
    """层级 with the code that cells hold."""

    code: int
    id: Level
    zh: Zh


class UnitKind(Entry):
    """单位类别; `under` is the kind of its parent in the coordination hierarchy (协调关系)."""

    id: Name
    level: Level
    zh: Zh
    under: Name | None = None


class Region(Entry):
    """行政区划, GB/T 2260."""

    code: RegionCode
    zh: Zh


class Sectors(Entry):
    """对方性质: the sector of a unit, by its kind, else by its leading system."""

    by_kind: dict[Name, int]
    by_system: dict[str, int]
    outside: int


class Structure(Entry):
    """The city: its levels, kinds of unit and counties."""

    levels: tuple[LevelEntry, ...]
    unit_kinds: tuple[UnitKind, ...]
    city: Region
    counties: tuple[Region, ...]
    sectors: Sectors


class Norm(Entry):
    """A norm (规范依据) that rules and targets refer to."""

    id: Annotated[str, StringConstraints(pattern=r"^N[0-9]{2}$")]
    title: Zh
    says: Zh
    status: Literal["confirmed", "confirmed_secondary", "unconfirmed"]
    checked: str


class Term(Entry):
    """One concept, one id; the words in `never` must not stand for it."""

    id: Name
    zh: Zh
    never: tuple[str, ...] = ()


class Fact(Entry):
    """A name that formulas may use beside the fields: sys.*, dir.*, sub.*, derived columns."""

    name: str
    type: Literal["number", "text", "date", "boolean"]
    zh: Zh


class Vocabulary(Entry):
    """What formulas may name besides fields, and the patterns that MATCHES knows."""

    facts: tuple[Fact, ...]
    patterns: dict[str, str]


class Span(Entry):
    """Days off or worked, both ends included."""

    first: date
    last: date
    zh: Zh


class Step(Entry):
    """One step of the life of a quarter: days before its end, or working days after it.

    `closes` marks a deadline: on the day after it the system says what is missing.
    """

    id: Name
    zh: Zh
    who: Zh
    result: Zh
    days_before: int | None = None
    working_days: int | None = None
    until: int | None = None
    kinds: tuple[Name, ...] = ()
    closes: bool = False

    @model_validator(mode="after")
    def _one_way_to_count(self) -> Self:
        if (self.days_before is None) == (self.working_days is None):
            raise ValueError("a step is counted either by days_before or by working_days")
        if self.until is not None and self.until < (self.working_days or self.until + 1):
            raise ValueError("a step ends before it begins")
        return self


class State(Entry):
    """Where people have taken a submission."""

    id: Name
    zh: Zh


class Move(Entry):
    """A permitted step from state to state; `from` names states, or `state/verdict`."""

    action: Name
    zh: Zh
    from_: tuple[str, ...] = Field(alias="from")
    to: Name
    who: Zh

    def starts_from(self, status: str, verdict: str | None) -> bool:
        """Whether a submission in this state, with this verdict, may take the step."""
        return status in self.from_ or f"{status}/{verdict}" in self.from_


class Reminders(Entry):
    """When reminders are due: working days before a deadline, and from one to the next."""

    before: int
    every: Annotated[int, Field(ge=1)]


class Remark(Entry):
    """A reviewer's remark on a cell, as a finding."""

    rule: str
    severity: Literal["must", "verify", "hint"]


class ClosingForms(Entry):
    """What a unit that merged away or was abolished within the quarter owes: forms, and zeros.

    The cells in `zero` belong to other forms and are filled and locked by the system.
    """

    forms: tuple[str, ...]
    zero: tuple[Name, ...]


class Campaign(Entry):
    """The life of a quarter's collection (报送周期), and the calendar it is counted in.

    Without `closing`, as before 2026-11, a unit that ended is sent no workbook.
    """

    template_version: str
    steps: tuple[Step, ...]
    ticks: str
    returned_within: int
    reminders: Reminders
    remark: Remark
    closing: ClosingForms | None = None
    states: tuple[State, ...]
    moves: tuple[Move, ...]
    announced: tuple[int, ...]
    every_year: tuple[Annotated[str, StringConstraints(pattern=r"^[0-9]{2}-[0-9]{2}$")], ...]
    holidays: tuple[Span, ...]
    workdays: tuple[Span, ...]

    def step(self, step_id: str) -> Step:
        """The step of this id."""
        return next(step for step in self.steps if step.id == step_id)

    def move(self, action: str) -> Move:
        """The move of this name."""
        return next(move for move in self.moves if move.action == action)

    def state(self, state_id: str) -> str:
        """The Chinese name of a state."""
        return next(state.zh for state in self.states if state.id == state_id)

    @model_validator(mode="after")
    def _states_exist(self) -> Self:
        known = {state.id for state in self.states}
        for move in self.moves:
            named = {move.to, *(source.partition("/")[0] for source in move.from_)}
            if unknown := named - known:
                raise ValueError(f"the move {move.action} names no state: {sorted(unknown)}")
        return self
