"""A paper before it has a form: what stands in it, and every number with its place.

Every output (Word, slides, page, workbook) is made from this one value, and so is the check that
reads an edited paper back.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from dashboards.briefings.chart_forms import Native
from dashboards.briefings.found import Fact
from dashboards.briefings.sentences import Dropped, Written
from dashboards.briefings.tables import Grid
from dashboards.charts import Prepared
from dashboards.scopes import Scope
from models.spec.briefing import Paper as Kind
from models.spec.briefing import Section


@dataclass(frozen=True)
class Located:
    """A number where it is printed: the sentence, table or chart, and the words that find it."""

    place: str
    where: str
    fact: Fact
    is_plotted: bool = False


@dataclass(frozen=True)
class Drawn:
    """A figure with its number in the paper, and its native form where it has one."""

    number: int
    prepared: Prepared
    on_slide: bool
    title: str
    native: Native | None
    thin: str = ""
    """What a picture of it has to say of places of which too few have reported."""

    def located(self) -> Iterator[Located]:
        """The numbers of a native chart, as they are labelled in it; a picture has none."""
        for name, facts in self.native.series if self.native else ():
            for category, fact in zip(self.native.categories, facts, strict=True):  # type: ignore[union-attr]
                if fact is not None:
                    where = f"{self.title} {category} {name}"
                    yield Located(self.prepared.entry.id, where, fact, is_plotted=True)


@dataclass(frozen=True)
class Part:
    """A heading and what stands under it."""

    section: Section
    heading: str
    sentences: tuple[Written, ...]
    grids: tuple[Grid, ...] = ()
    figures: tuple[Drawn, ...] = ()

    @property
    def is_by_hand(self) -> bool:
        return self.section.by_hand is not None

    def located(self) -> Iterator[Located]:
        """The numbers of its sentences and tables."""
        for sentence in self.sentences:
            yield from (
                Located(sentence.id, f"{self.heading} {sentence.id}", fact)
                for fact in sentence.facts
            )
        for grid in self.grids:
            yield from in_grid(grid, grid.title or self.heading)


@dataclass(frozen=True)
class AnnexPart:
    """An annex: tables, or only a line that says where it goes."""

    number: int
    title: str
    grids: tuple[Grid, ...]
    lines: tuple[str, ...] = ()
    elsewhere: str | None = None


@dataclass(frozen=True)
class Paper:
    """One paper, complete."""

    kind: Kind
    scope: Scope
    period: str
    snapshot: str
    published_at: datetime
    title: str
    addressee: str
    opening: str
    signed: str
    is_draft: bool
    is_sample: bool
    parts: tuple[Part, ...]
    annexes: tuple[AnnexPart, ...] = ()
    messages: tuple[tuple[str, Written], ...] = ()
    dropped: tuple[Dropped, ...] = field(default=())

    @property
    def stem(self) -> str:
        """How its files are named."""
        return STEMS.get(self.kind) or f"{self.kind}-{self.code}"

    @property
    def code(self) -> str:
        """What it is asked for by."""
        return self.scope.county if self.kind == "county" else self.scope.code

    @property
    def chapters(self) -> list[list[Part]]:
        """The parts by the 一、 under which they stand."""
        found: list[list[Part]] = []
        for part in self.parts:
            if part.section.level == 1 or not found:
                found.append([])
            found[-1].append(part)
        return found

    @property
    def figures(self) -> tuple[Drawn, ...]:
        return tuple(drawn for part in self.parts for drawn in part.figures)

    def in_text(self) -> Iterator[Located]:
        """Every number of its sentences and tables, in order."""
        for part in self.parts:
            yield from part.located()
        for annex in self.annexes:
            for grid in annex.grids:
                yield from in_grid(grid, annex.title)

    def located(self) -> Iterator[Located]:
        """Every number: of sentences and tables, then of charts."""
        yield from self.in_text()
        for drawn in self.figures:
            yield from drawn.located()

    def over_slides(self) -> Iterator[Located]:
        """The numbers of the titles of slides."""
        titles = {one.prepared.entry.id: one.title for one in self.figures if one.on_slide}
        for chart, message in self.messages:
            if chart in titles:
                where = f"{titles[chart]} {message.id}"
                yield from (Located(message.id, where, fact) for fact in message.facts)

    def cited(self) -> Iterator[tuple[str, Fact]]:
        """Every number with the sentence, table or chart it stands in."""
        return ((one.place, one.fact) for one in self.located())


SLIDES = "slides"
STEMS: dict[Kind, str] = {"city": "tongbao", "overdue": "annex2", "correction": "gengzheng"}


def in_grid(grid: Grid, title: str) -> Iterator[Located]:
    """The numbers of a table, each found by its row and its column."""
    for row in grid.rows:
        for head, cell in zip(grid.heads, row, strict=True):
            if isinstance(cell, Fact):
                yield Located(grid.id, f"{title} {row[0]} {head}", cell)
