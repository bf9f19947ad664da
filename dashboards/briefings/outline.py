"""A paper before it has a form: headings, sentences, tables, figures, and what was left out.

Every output (Word, slides, page, workbook) is made from this one value, and so is the check that
reads an edited paper back.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime

from dashboards.briefings.facts import Facts
from dashboards.briefings.found import Fact
from dashboards.briefings.listings import listings_of, problems
from dashboards.briefings.sentences import Dropped, Value, Written, render, values_of
from dashboards.briefings.tables import Grid, annex_grids, grids_of
from dashboards.charts import Prepared, charts, prepare
from dashboards.scopes import Scope
from dashboards.view import CITY_CODE, View
from models.catalogue_model import Catalogue
from models.period import Period
from models.spec.briefing import Paper as Kind
from models.spec.briefing import Section, Sentence


@dataclass(frozen=True)
class Drawn:
    """A figure with its number in the paper."""

    number: int
    prepared: Prepared
    on_slide: bool


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


@dataclass(frozen=True)
class AnnexPart:
    """An annex: a table, or only a line that says where it goes."""

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
    annexes: tuple[AnnexPart, ...]
    messages: tuple[tuple[str, Written], ...] = ()
    dropped: tuple[Dropped, ...] = field(default=())

    @property
    def stem(self) -> str:
        """How its files are named."""
        return "tongbao" if self.kind == "city" else f"{self.kind}-{self.code}"

    @property
    def code(self) -> str:
        """What it is asked for by."""
        return self.scope.county if self.kind == "county" else self.scope.code

    def cited(self) -> Iterator[tuple[str, Fact]]:
        """Every number of the paper with the sentence or table it stands in, in order."""
        for part in self.parts:
            for sentence in part.sentences:
                yield from ((sentence.id, fact) for fact in sentence.facts)
            for grid in part.grids:
                yield from ((grid.id, fact) for fact in grid.facts)
        for annex in self.annexes:
            for grid in annex.grids:
                yield from ((grid.id, fact) for fact in grid.facts)


def compose(facts: Facts, kind: Kind, scope: Scope, chosen: tuple[str, ...] | None = None) -> Paper:
    """Write a paper about a scope; `chosen` are the charts wanted instead of the usual ones."""
    words = words_of(facts, scope)
    dropped: list[Dropped] = []
    figures = _figures(facts, kind, scope, chosen)
    parts = tuple(_parts(facts, kind, scope, words, figures, dropped))
    say = facts.catalogue.briefing.words
    return Paper(
        kind=kind,
        scope=scope,
        period=facts.period,
        snapshot=facts.snapshot.name,
        published_at=_published_at(facts),
        title=say[f"title_{kind}"].format(**words),
        addressee=say[f"addressee_{kind}"].format(**words),
        opening=say[f"opening_{kind}"].format(**words),
        signed=say["signed"].format(**words),
        is_draft=facts.snapshot.kinds[facts.period] == "draft",
        is_sample=facts.snapshot.is_sample,
        parts=parts,
        annexes=tuple(_annexes(facts, kind, scope)),
        messages=tuple(_messages(facts, scope, parts, words, dropped)),
        dropped=tuple(dropped),
    )


def _messages(
    facts: Facts,
    scope: Scope,
    parts: tuple[Part, ...],
    words: dict[str, Value],
    dropped: list[Dropped],
) -> Iterator[tuple[str, Written]]:
    """What the slide of a chart says over it."""
    shown = {drawn.prepared.entry.id for part in parts for drawn in part.figures}
    for figure in facts.catalogue.briefing.figures:
        if figure.chart in shown and figure.message is not None:
            made = render(figure.message, values_of(figure.message, facts, scope, words))
            if isinstance(made, Written):
                yield figure.chart, made
            else:
                dropped.append(made)


def _published_at(facts: Facts) -> datetime:
    """When the snapshot was made: the only time that a paper knows."""
    found: datetime = facts.snapshot.ask("select made_at from core.snapshot")["made_at"][0]
    return found.replace(tzinfo=None)


def words_of(facts: Facts, scope: Scope) -> dict[str, Value]:
    """What every sentence may say of its quarter and place."""
    period = Period.parse(facts.period)
    say = facts.catalogue.say
    return {
        "year": str(period.year),
        "quarter": say(f"dashboards.quarter_{period.quarter}"),
        "quarter_number": facts.catalogue.briefing.words[f"numeral_{period.quarter}"],
        "end": day_text(facts.catalogue, period.last_day),
        "month": str(period.last_day.month),
        "place": _place(facts, scope),
        "city": facts.catalogue.structure.city.zh,
    }


def _place(facts: Facts, scope: Scope) -> str:
    return facts.catalogue.briefing.words["whole"] if scope.level == "city" else scope.name


def day_text(catalogue: Catalogue, day: date) -> str:
    """2026年3月31日."""
    return catalogue.briefing.words["day"].format(year=day.year, month=day.month, day=day.day)


def _parts(
    facts: Facts,
    kind: Kind,
    scope: Scope,
    words: dict[str, Value],
    figures: dict[str, list[Drawn]],
    dropped: list[Dropped],
) -> Iterator[Part]:
    numerals = facts.catalogue.briefing.words["numerals"]
    top = sub = 0
    for section in facts.catalogue.briefing.sections:
        if kind not in section.papers:
            continue
        top, sub = (top + 1, 0) if section.level == 1 else (top, sub + 1)
        mark = "heading_1" if section.level == 1 else "heading_2"
        numeral = numerals[(top if section.level == 1 else sub) - 1]
        yield Part(
            section,
            facts.catalogue.briefing.words[mark].format(number=numeral, text=section.heading),
            tuple(_sentences(facts, kind, scope, section.id, words, dropped)),
            tuple(grids_of(facts, kind, scope, section.id)),
            tuple(figures.get(section.id, ())),
        )


def _sentences(
    facts: Facts,
    kind: Kind,
    scope: Scope,
    section: str,
    words: dict[str, Value],
    dropped: list[Dropped],
) -> Iterator[Written]:
    for sentence in facts.catalogue.briefing.sentences:
        if sentence.section != section or kind not in sentence.papers:
            continue
        for values in _values(facts, scope, sentence, words):
            made = render(sentence, values)
            if isinstance(made, Written):
                yield made
            else:
                dropped.append(made)


def _values(
    facts: Facts, scope: Scope, sentence: Sentence, words: dict[str, Value]
) -> Iterator[dict[str, Value]]:
    if sentence.each is None:
        yield values_of(sentence, facts, scope, words, listings_of)
        return
    numerals = facts.catalogue.briefing.words["numerals"]
    for place, (indicator, about) in enumerate(problems(facts, scope)):
        known = {**words, **about, "ordinal": numerals[place]}
        yield values_of(sentence, facts, scope, known, about=indicator)


def _figures(
    facts: Facts, kind: Kind, scope: Scope, chosen: tuple[str, ...] | None
) -> dict[str, list[Drawn]]:
    """The charts of the paper by section, numbered in the order in which they stand there."""
    question = facts.question()
    if kind == "county":
        view = View(facts.period, county=scope.code)
        question = type(question)(facts.reader, facts.snapshot, view, facts.catalogue)
    wanted = _wanted(facts, kind, chosen)
    found: dict[str, list[Drawn]] = {}
    drawn = charts(facts.catalogue)
    for number, (section, chart, on_slide) in enumerate(
        (each for each in wanted if each[1] in drawn), start=1
    ):
        found.setdefault(section, []).append(Drawn(number, prepare(chart, question), on_slide))
    return found


def _wanted(
    facts: Facts, kind: Kind, chosen: tuple[str, ...] | None
) -> list[tuple[str, str, bool]]:
    briefing = facts.catalogue.briefing
    usual = [(one.section, one.chart, one.slide) for one in briefing.figures]
    if chosen is None:
        return usual if kind == "city" else []
    home = {chart: section for section, chart, _ in usual}
    last = next(one.id for one in reversed(briefing.sections) if kind in one.papers)
    placed = [(home.get(chart, last), chart, True) for chart in chosen]
    order = {one.id: place for place, one in enumerate(briefing.sections)}
    return sorted(placed, key=lambda each: order[each[0]])


def _annexes(facts: Facts, kind: Kind, scope: Scope) -> Iterator[AnnexPart]:
    for annex in facts.catalogue.briefing.annexes:
        if kind == "unit" or (kind == "county" and annex.kind != "overdue"):
            continue
        elsewhere = annex.elsewhere if kind == "city" else None
        if elsewhere is None:
            grids, lines = annex_grids(facts, scope, annex)
            if lines or any(grid.rows for grid in grids):
                yield AnnexPart(annex.number, annex.title, grids, lines)
        else:
            yield AnnexPart(annex.number, annex.title, (), (), elsewhere)


def places(facts: Facts) -> list[Scope]:
    """The scopes that have a county's paper: 市直 and the counties."""
    city = Scope(
        "county_level", f"{CITY_CODE}/city", facts.question().level_names["city"], CITY_CODE
    )
    rows = [Scope("county", code, name, code) for code, name in facts.catalogue.counties.items()]
    return [city, *rows]
