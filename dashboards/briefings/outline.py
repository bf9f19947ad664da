"""A paper is composed: headings, sentences, tables, figures, annexes, and what was left out."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime
from itertools import zip_longest

from dashboards.briefings.chart_forms import native_form, on_paper, thin
from dashboards.briefings.facts import Facts
from dashboards.briefings.listings import listings_of, problems
from dashboards.briefings.paper import AnnexPart, Drawn, Paper, Part
from dashboards.briefings.sentences import Dropped, Value, Written, render, values_of
from dashboards.briefings.tables import annex_grids, grids_of
from dashboards.charts import charts, prepare
from dashboards.scopes import Scope
from dashboards.view import CITY_CODE, View
from models.catalogue_model import Catalogue
from models.period import Period
from models.spec.briefing import Paper as Kind
from models.spec.briefing import Sentence

PROBLEMS = "problems"


def compose(facts: Facts, kind: Kind, scope: Scope, chosen: tuple[str, ...] | None = None) -> Paper:
    """Write a paper about a scope; `chosen` are the charts wanted instead of the usual ones."""
    words = words_of(facts, scope)
    dropped: list[Dropped] = []
    figures = _figures(facts, kind, scope, chosen)
    parts = tuple(_parts(facts, kind, scope, words, figures, dropped))
    opening = facts.catalogue.briefing.words[f"opening_{kind}"].format(**words)
    paper = blank_paper(facts, kind, scope, opening=opening, parts=parts)
    return replace(
        paper,
        annexes=tuple(_annexes(facts, kind, scope)),
        messages=tuple(_messages(facts, scope, parts, words, dropped)),
        dropped=tuple(dropped),
    )


def blank_paper(
    facts: Facts, kind: Kind, scope: Scope, *, opening: str, parts: tuple[Part, ...]
) -> Paper:
    """A paper with its head: title, addressee, who signs, of which snapshot it is."""
    say, words = facts.catalogue.briefing.words, words_of(facts, scope)
    return Paper(
        kind=kind,
        scope=scope,
        period=facts.period,
        snapshot=facts.snapshot.name,
        published_at=_published_at(facts),
        title=say[f"title_{kind}"].format(**words),
        addressee=say[f"addressee_{kind}"].format(**words),
        opening=opening,
        signed=say["signed"].format(**words),
        is_draft=facts.snapshot.kinds[facts.period] != "final",
        is_sample=facts.snapshot.is_sample,
        parts=parts,
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


def quarter_text(words: Mapping[str, str], period: str) -> str:
    """2026年第一季度."""
    quarter = Period.parse(period)
    return words["quarter"].format(year=quarter.year, number=words[f"numeral_{quarter.quarter}"])


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
    shown = [each for each in facts.catalogue.briefing.sections if kind in each.papers]
    for section, following in zip_longest(shown, shown[1:]):
        top, sub = (top + 1, 0) if section.level == 1 else (top, sub + 1)
        mark = "heading_1" if section.level == 1 else "heading_2"
        numeral = numerals[(top if section.level == 1 else sub) - 1]
        part = Part(
            section,
            facts.catalogue.briefing.words[mark].format(number=numeral, text=section.heading),
            tuple(_sentences(facts, kind, scope, section.id, words, dropped)),
            tuple(grids_of(facts, kind, scope, section.id)),
            tuple(figures.get(section.id, ())),
        )
        is_whole = following is None or following.level <= section.level
        yield _explained(facts, scope, part) if is_whole else part


def _explained(facts: Facts, scope: Scope, part: Part) -> Part:
    """No heading stands over nothing: why there is nothing to say is said."""
    if part.sentences or part.grids or part.figures or part.is_by_hand:
        return part
    say = facts.catalogue.briefing.words
    everyone = [one.id for one in facts.catalogue.structure.levels]
    is_good = part.section.id == PROBLEMS and facts.is_covered(everyone, None, scope)
    text = say["no_problem"] if is_good else say["nothing_said"]
    return replace(part, sentences=(Written(part.section.id, (text,)),))


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
    known = charts(facts.catalogue)
    for number, (section, chart, on_slide) in enumerate(
        (each for each in wanted if each[1] in known), start=1
    ):
        made = on_paper(prepare(chart, question), facts)
        title = facts.catalogue.briefing.words["figure_title"].format(
            number=number, title=made.entry.title
        )
        drawn = Drawn(number, made, on_slide, title, native_form(made, facts), thin(made, facts))
        found.setdefault(section, []).append(drawn)
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
        if kind == "unit" or (kind in {"county", "overdue"} and annex.kind != "overdue"):
            continue
        elsewhere = annex.elsewhere if kind == "city" else None
        if elsewhere is None:
            grids, lines = annex_grids(facts, scope, annex)
            if kind == "overdue" and not grids:
                lines = (facts.catalogue.briefing.words["none_overdue"],)
            if lines or grids:
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
