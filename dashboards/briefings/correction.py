"""更正说明: every printed number that a publication says otherwise than the one before it.

A number is known by its code: the same cell of the same mart, whatever is printed there.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from dashboards.briefings.facts import Facts
from dashboards.briefings.outline import blank_paper, day_text, quarter_text, words_of
from dashboards.briefings.paper import Located, Paper, Part
from dashboards.briefings.sentences import Written
from dashboards.briefings.tables import Cell, Grid
from models.hidden import hidden
from models.spec.briefing import Section


@dataclass(frozen=True)
class Sent:
    """A return that was sent again: whose, for which quarter, who consented, and why."""

    unit_name: str
    period: str
    asked_by: str
    consented_by: str
    why: str
    is_out: bool = False
    """Nothing of the unit counts now: what it sent again, if anything, is not approved."""


@dataclass(frozen=True)
class Printed:
    """A number as an earlier paper printed it."""

    code: str
    where: str
    value: str


@dataclass(frozen=True)
class Restated:
    """What the publication corrects: the paper it takes the place of, and the returns behind it."""

    snapshot: str
    published_on: date
    sent: tuple[Sent, ...]
    printed: tuple[Printed, ...]


@dataclass(frozen=True)
class Change:
    """A code whose print differs: where it stands, as it was, as it is; either may be missing."""

    code: str
    where: tuple[str, ...]
    old: str | None
    new: Located | None


def changes_of(papers: Iterable[Paper], printed: Sequence[Printed]) -> list[Change]:
    """Codes printed otherwise, in the order of the new papers; then those no longer printed."""
    new, old = dict[str, list[Located]](), dict[str, list[Printed]]()
    for paper in papers:
        for one in paper.located():
            new.setdefault(one.fact.code, []).append(one)
    for each in printed:
        old.setdefault(each.code, []).append(each)
    return list(_differing(new, old))


def _differing(
    new: Mapping[str, list[Located]], old: Mapping[str, list[Printed]]
) -> Iterator[Change]:
    for code, places in new.items():
        before = {each.value for each in old.get(code, ())}
        for one in places:
            if one.fact.printed not in before:
                where = tuple(dict.fromkeys(each.where for each in places))
                value = next((each.value for each in old.get(code, ())), None)
                yield Change(code, where, value, one)
                break
    for code, gone in old.items():
        if code not in new:
            where = tuple(dict.fromkeys(each.where for each in gone))
            yield Change(code, where, gone[0].value, None)


def correction_of(facts: Facts, papers: Sequence[Paper], restated: Restated) -> Paper | None:
    """The paper that tells the changes; nothing where no printed number changed."""
    changes = changes_of(papers, restated.printed)
    if not changes:
        return None
    say, about = facts.catalogue.briefing.words, words_of(facts, facts.city)
    day = day_text(facts.catalogue, restated.published_on)
    told = say["correction_opening"].format(**about, day=day, count=len(changes))
    sections = iter(one for one in facts.catalogue.briefing.sections if "correction" in one.papers)
    contents = (_reasons(facts, restated.sent), _numbers(facts, changes))
    parts = (
        _part(facts, section, place, content)
        for place, (section, content) in enumerate(zip(sections, contents, strict=True))
    )
    return blank_paper(facts, "correction", facts.city, opening=told, parts=tuple(parts))


def _part(facts: Facts, section: Section, place: int, content: Grid | str) -> Part:
    say = facts.catalogue.briefing.words
    heading = say["heading_1"].format(number=say["numerals"][place], text=section.heading)
    if isinstance(content, Grid):
        return Part(section, heading, (), (content,))
    return Part(section, heading, (Written(section.id, (content,)),))


def _reasons(facts: Facts, sent: Sequence[Sent]) -> Grid | str:
    """Whose return was sent again and who consented; or that it was not a return."""
    say = facts.catalogue.briefing.words
    if not sent:
        return say["correction_no_return"]
    heads = tuple(say[f"head_{name}"] for name in ("units", "period", "why", "asked", "consented"))
    rows = tuple(
        (one.unit_name, quarter_text(say, one.period),
         hidden(facts.catalogue, one.why) + (say["correction_out"] if one.is_out else ""),
         one.asked_by, one.consented_by)
        for one in sent
    )  # fmt: skip
    return Grid("reasons", "", say["uom_returns"], heads, rows)


def _numbers(facts: Facts, changes: Sequence[Change]) -> Grid:
    say = facts.catalogue.briefing.words
    heads = tuple(say[f"head_{name}"] for name in ("where", "code", "old", "new"))
    rows: list[tuple[Cell, ...]] = []
    for one in changes:
        new: Cell = one.new.fact if one.new else say["no_longer"]
        where = say["comma_stop"].join(one.where)
        rows.append((where, one.code, one.old or say["not_before"], new))
    return Grid("numbers", "", say["uom_numbers"], heads, tuple(rows), say["correction_note"])
