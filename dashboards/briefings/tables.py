"""Tables of a paper: places, levels or indicators down; each number with its citation."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dashboards import privacy
from dashboards.briefings.facts import Facts
from dashboards.briefings.found import Absent, Fact, Found
from dashboards.briefings.listings import counties
from dashboards.definitions import indicator_lines
from dashboards.scopes import Scope
from dashboards.view import CITY_CODE, LEVELS
from dashboards.wording import speaker
from models.spec.briefing import Annex, Number, Table
from models.spec.briefing import Paper as Kind

Cell = str | Fact


@dataclass(frozen=True)
class Grid:
    """A table, filled. A cell is a number with its citation, or a word."""

    id: str
    title: str
    uom: str
    heads: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str | None = None

    @property
    def facts(self) -> Iterator[Fact]:
        return (cell for row in self.rows for cell in row if isinstance(cell, Fact))


def grids_of(facts: Facts, kind: Kind, scope: Scope, section: str) -> Iterator[Grid]:
    """The tables that stand in a section, numbered through the paper."""
    tables = [one for one in facts.catalogue.briefing.tables if kind in one.papers]
    for place, table in enumerate(tables, start=1):
        if table.section == section:
            yield _grid(facts, scope, table, place)


def _grid(facts: Facts, scope: Scope, table: Table, place: int) -> Grid:
    words = facts.catalogue.briefing.words
    title = words["table_title"].format(number=place, title=table.title)
    if table.rows == "own":
        return _own(facts, scope, table, title)
    rows = [(row.name, [facts.find(one.number, row) for one in table.columns])
            for row in row_scopes(facts, scope, table.rows)]  # fmt: skip
    hidden = _complement(facts, table, [found for _, found in rows])
    cells = [
        (name, *(cell(facts, Absent("hidden") if hides else one)
                 for one, hides in zip(found, line, strict=True)))
        for (name, found), line in zip(rows, hidden, strict=True)
    ]  # fmt: skip
    heads = (words[f"head_{table.rows}"], *(one.head for one in table.columns))
    return Grid(table.id, title, table.uom, heads, tuple(cells), table.note)


def _complement(facts: Facts, table: Table, found: Sequence[Sequence[Found]]) -> list[list[bool]]:
    """Where a printed total would give a hidden count back, the next smallest one goes too."""
    hidden = [[False] * len(row) for row in found]
    known = facts.catalogue.fields
    for place, column in enumerate(table.columns):
        name = column.number.name
        if column.number.source != "field" or not privacy.is_guarded_field(known[name]):
            continue
        cells = [row[place] for row in found[:-1]]
        shut = [isinstance(each, Absent) and each.reason == "hidden" for each in cells]
        seen = [(each.number, line) for line, each in enumerate(cells) if isinstance(each, Fact)]
        if sum(shut) == 1 and seen:
            hidden[min(seen)[1]][place] = True
    return hidden


def cell(facts: Facts, found: Found) -> Cell:
    """A number, or the word for why there is none."""
    if isinstance(found, Fact):
        return found
    return facts.catalogue.briefing.words[f"cell_{found.reason}"]


def row_scopes(facts: Facts, scope: Scope, rows: str) -> list[Scope]:
    """The rows of a table; the whole comes last."""
    names = facts.question().level_names
    if rows == "places":
        city = Scope("county_level", f"{CITY_CODE}/city", names["city"], CITY_CODE)
        return [city, *counties(facts), whole(facts, scope)]
    inside = [level for level in LEVELS if scope.level == "city" or level != "city"]
    return [*(facts.at_level(scope, level) for level in inside), whole(facts, scope)]


def whole(facts: Facts, scope: Scope) -> Scope:
    """The scope itself under the name it has as the last row."""
    return Scope(scope.level, scope.code, facts.catalogue.briefing.words["total"], scope.county)


def _own(facts: Facts, scope: Scope, table: Table, title: str) -> Grid:
    """A place or unit beside itself a quarter ago, the city or its kind, and the target."""
    words = facts.catalogue.briefing.words
    unit = scope.level == "unit"
    briefing = facts.catalogue.briefing
    shown = briefing.unit_indicators if unit else briefing.county_indicators
    beside = _kind_of(facts, scope) if unit else facts.city
    heads = [words[key] for key in ("head_indicator", "head_own", "head_before")]
    heads += [words["head_kind" if unit else "head_city"], words["head_target"]]
    before = facts.earlier("previous")
    rows: list[tuple[Cell, ...]] = []
    for name in shown:
        number, entry = Number(indicator=name, format="own"), facts.catalogue.indicators[name]
        own = facts.find(number, scope)
        if isinstance(own, Absent) and own.reason in {"not_asked", "not_due"}:
            continue
        then = _then(facts, number, scope, before)
        found = (own, then, facts.find(number, beside))
        cells = (*(cell(facts, one) for one in found), facts.target(name))
        rows.append((_named(entry.zh, entry.uom), *cells))
    return Grid(table.id, title, table.uom, tuple(heads), tuple(rows), table.note)


def _then(facts: Facts, number: Number, scope: Scope, before: str | None) -> Found:
    """The number a quarter ago, where it meant the same."""
    if before is None:
        return Absent("missing")
    if not facts.is_comparable(number.name, before):
        return Absent("redefined")
    return facts.find(number, scope, before)


def _kind_of(facts: Facts, scope: Scope) -> Scope:
    kind = facts.duty(scope)["unit_kind"].to_list()
    return Scope("kind", kind[0] if kind else "", facts.catalogue.briefing.words["head_kind"], "")


def _named(name: str, uom: str) -> str:
    return f"{name.split('(', maxsplit=1)[0]}({uom})" if uom else name


def annex_grids(
    facts: Facts, scope: Scope, annex: Annex
) -> tuple[tuple[Grid, ...], tuple[str, ...]]:
    """The tables and lines of an annex."""
    if annex.kind == "indicators":
        return (_indicators(facts, scope),), ()
    if annex.kind == "overdue":
        return tuple(_overdue(facts, scope)), ()
    return (), tuple(_meanings(facts))


def _indicators(facts: Facts, scope: Scope) -> Grid:
    words = facts.catalogue.briefing.words
    columns = row_scopes(facts, scope, "places")
    rows = []
    for name in facts.catalogue.briefing.main_indicators:
        number, entry = Number(indicator=name, format="own"), facts.catalogue.indicators[name]
        found = [facts.find(number, column) for column in columns]
        if not all(isinstance(one, Absent) for one in found):
            rows.append((_named(entry.zh, entry.uom), *(cell(facts, one) for one in found)))
    heads = (words["head_indicator"], *(column.name for column in columns))
    return Grid("annex1", "", words["uom_own"], heads, tuple(rows), words["note_cells"])


def _overdue(facts: Facts, scope: Scope) -> Iterator[Grid]:
    """Units with an overdue election, a table for each place: for their parent only."""
    words = facts.catalogue.briefing.words
    number, duty = Number(field="election_overdue"), facts.duty(scope).sort("unit_code")
    units = [
        Scope("unit", row["unit_code"], row["unit_name"], row["county_code"])
        for row in duty.iter_rows(named=True)
    ]
    totals = facts.question().totals([number.name], units).iter_rows(named=True)
    found = {row["scope"]: row["total"] for row in totals}
    heads = (words["head_units"], words["head_overdue"])
    for place in row_scopes(facts, scope, "places")[:-1]:
        rows = tuple(
            (unit.name, facts.stated(number, unit, facts.period, found[unit.code]))
            for unit in units
            if unit.county == place.county and found.get(unit.code)
        )
        if rows:
            yield Grid("annex2", _parent(place, scope), words["uom_count"], heads, rows)


def _parent(place: Scope, whole: Scope) -> str:
    """The name over its table, where the paper has more places than one."""
    return place.name if whole.level == "city" else ""


def _meanings(facts: Facts) -> Iterator[str]:
    say = speaker(facts.catalogue)
    for name in facts.catalogue.briefing.main_indicators:
        entry = facts.catalogue.indicators[name]
        lines = facts.catalogue.briefing.words["comma_stop"].join(
            indicator_lines(entry, facts.catalogue, say)
        )
        yield facts.catalogue.briefing.words["meaning"].format(name=entry.zh, lines=lines)
