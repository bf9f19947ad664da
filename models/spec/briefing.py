"""通报: its outline, its sentences, the conditions under which they are written, its layout."""

from typing import Annotated, Literal, Self

from pydantic import Field as Limit
from pydantic import StringConstraints, model_validator

from models.citation import Part
from models.spec.base import Entry, Name, Zh

Paper = Literal["city", "county", "unit", "overdue", "correction"]
"""`overdue` is the annex that goes to each parent only; `correction` tells what is restated."""
Format = Literal["whole", "plain", "percent", "points", "money", "score", "own"]
Earlier = Literal["previous", "year_ago"]

EACH = "@"
"""Stands for the indicator that a repeated sentence is about."""

Comparison = Annotated[
    str, StringConstraints(pattern=r"^(=|<>|<|<=|>|>=) (-?\d+(\.\d+)?|[a-z][a-z0-9_]*)$")
]
"""`> 0` or `< other`: how a number of the sentence must stand to a figure or to another number."""


class Number(Entry):
    """One number of a sentence or table: which cell of which mart, and how it is printed.

    With `against` it is the change since an earlier quarter: printed without its sign, and in
    conditions 1, 0 or -1, since a small change counts for none. `own` prints as the indicator says.
    """

    indicator: str | None = None
    composite: str | None = None
    field: str | None = None
    count: str | None = None
    part: Part = "value"
    level: Literal["city", "county", "township"] | None = None
    against: Earlier | None = None
    same_units: bool = False
    format: Format = "whole"

    @property
    def source(self) -> Literal["indicator", "composite", "field", "count"]:
        return next(name for name in ("indicator", "composite", "field", "count") if self[name])

    @property
    def name(self) -> str:
        return str(self[self.source])

    def __getitem__(self, name: str) -> str | None:
        found: str | None = getattr(self, name)
        return found

    @model_validator(mode="after")
    def _is_of_one_measure(self) -> Self:
        if sum(bool(self[name]) for name in ("indicator", "composite", "field", "count")) != 1:
            raise ValueError("a number is an indicator, a composite, a field or a count")
        if self.same_units and not self.against:
            raise ValueError("`same_units` is said of a change only")
        return self


class Listing(Entry):
    """Names, with or without numbers, that a sentence enumerates."""

    kind: Literal["best", "top_tier", "least_sectors", "missing_units", "short"]
    of: str | None = None
    most: Annotated[int, Limit(ge=1, le=20)] = 3


class Variant(Entry):
    """One wording of a clause, taken when all its conditions hold and its numbers are there."""

    when: dict[Name, Comparison] = Limit(default_factory=dict)
    text: str


Clause = tuple[Variant, ...]
"""Wordings in order of preference; without a fitting one the whole sentence is dropped."""


class SentenceExample(Entry):
    """Given numbers and the text that follows; null where the sentence is dropped."""

    given: dict[str, float | str | None]
    text: Zh | None


class Sentence(Entry):
    """A sentence (句): numbers, names and clauses. `each` writes it once per problem found."""

    id: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}[0-9]{2}$")]
    section: Name
    papers: tuple[Paper, ...] = ("city",)
    each: Literal["problem"] | None = None
    numbers: dict[Name, Number] = Limit(default_factory=dict)
    lists: dict[Name, Listing] = Limit(default_factory=dict)
    clauses: Annotated[tuple[Clause, ...], Limit(min_length=1)]
    examples: Annotated[tuple[SentenceExample, ...], Limit(min_length=1)]


class Section(Entry):
    """A heading of the outline; `level` 1 is 一、, 2 is (一). `by_hand`: people write it."""

    id: Name
    level: Literal[1, 2]
    heading: Zh
    papers: tuple[Paper, ...] = ("city",)
    by_hand: Zh | None = None


class Column(Entry):
    """A column of a table."""

    head: Zh
    number: Number


class Table(Entry):
    """A table (表): one row a place or level, one column a number."""

    id: Name
    section: Name
    title: Zh
    uom: Zh
    rows: Literal["places", "levels", "own"]
    papers: tuple[Paper, ...] = ("city",)
    columns: tuple[Column, ...] = ()
    note: Zh | None = None


class Figure(Entry):
    """A chart of the dashboards that the paper carries; `message` is said over it on its slide."""

    chart: str
    section: Name
    slide: bool = True
    message: Sentence | None = None


class Annex(Entry):
    """An annex (附件): `indicators` by place, what they mean, or overdue units for the parent."""

    number: int
    title: Zh
    kind: Literal["indicators", "overdue", "meanings"]
    elsewhere: Zh | None = None


class Imprint(Entry):
    """版记: who gets a copy, and who printed it."""

    copies: Zh
    printed_by: Zh


class Spelling(Entry):
    """How people write numbers in words, to read them in an edited paper.

    A numeral is a number before a measure word; after the ordinal, or in a set phrase, it is none.
    `directions` are the words for up (1), level (0) and down (-1); catalogues kept with earlier
    quarters have none.
    """

    digits: dict[Zh, int]
    scales: dict[Zh, int]
    point: Zh
    percent: Zh
    tenth: Zh
    half: Zh
    ordinal: Zh
    measures: tuple[Zh, ...]
    vague: tuple[Zh, ...]
    phrases: tuple[Zh, ...]
    directions: dict[int, tuple[Zh, ...]] = Limit(default_factory=dict)


class Fonts(Entry):
    """The faces that Office files name; `sans` is for slides, charts and tables."""

    title: Zh
    body: Zh
    first: Zh
    second: Zh
    page: Zh
    latin: Zh
    sans: Zh


class BriefingLimits(Entry):
    """Thresholds of what is said."""

    coverage: float
    moved_points: float
    moved_denominator: int
    best_denominator: int
    problems: int
    problems_on_one_page: int


class Briefing(Entry):
    """通报: everything about it that is not computed.

    `methods_on_paper`: what the method of a chart says of its page, and what a paper says instead.
    """

    limits: BriefingLimits
    fonts: Fonts
    words: dict[Name, str]
    sections: tuple[Section, ...]
    sentences: tuple[Sentence, ...]
    tables: tuple[Table, ...]
    figures: tuple[Figure, ...]
    annexes: tuple[Annex, ...]
    imprint: Imprint
    spelling: Spelling
    methods_on_paper: dict[Zh, str] = Limit(default_factory=dict)
    main_indicators: tuple[str, ...]
    county_indicators: tuple[str, ...]
    unit_indicators: tuple[str, ...]
