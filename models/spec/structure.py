"""Levels, unit kinds, counties, norms, glossary, vocabulary and the calendar of a campaign."""

from datetime import date
from typing import Annotated, Literal

from pydantic import StringConstraints

from models.spec.base import Entry, Level, Name, Zh

RegionCode = Annotated[str, StringConstraints(pattern=r"^[0-9]{6}$")]


class LevelEntry(Entry):
    """层级 with the code that cells hold."""

    code: int
    id: Level
    zh: Zh


class UnitKind(Entry):
    """单位类别."""

    id: Name
    level: Level
    zh: Zh


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


class Deadline(Entry):
    """Working days after the quarter's end by which a kind of unit reports."""

    kinds: tuple[Name, ...]
    working_days: int


class Campaign(Entry):
    """The life of a quarter's collection (报送周期), and the calendar it is counted in."""

    template_version: str
    opens_days_before: int
    deadlines: tuple[Deadline, ...]
    locks_after_working_days: int
    holidays: tuple[Span, ...]
    workdays: tuple[Span, ...]
