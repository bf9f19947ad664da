"""Taking a directory workbook in: all of it, or nothing and every reason why."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields, replace
from pathlib import Path

from sqlalchemy import Connection

from models.catalogue_model import Catalogue
from models.events import UnitEvent
from models.period import Period
from models.units import Directory, UnitVersion
from pipelines.directory.asking import requested
from pipelines.directory.changing import (
    Signed,
    changed_directory,
    next_number,
    plan_event,
    standing,
)
from pipelines.directory.columns import OPTIONAL, UNIT_COLUMNS
from pipelines.directory.drafting import Assigned, draft
from pipelines.directory.judging import judge
from pipelines.directory.parsing import missing_columns, parse
from pipelines.directory.problems import Problem, RefusedError
from pipelines.directory.promises import kept_promises
from pipelines.directory.reading import Sheet, read_book
from pipelines.directory.refusing import Standing, mark_problems
from pipelines.records.events import add_event, unit_events
from pipelines.records.quarters import decide
from pipelines.records.units import replace_directory
from pipelines.settings import Home


@dataclass(frozen=True)
class Changed:
    """A unit whose versions are other than before, and the columns in which they are."""

    unit_code: str
    unit_name: str
    columns: tuple[str, ...]


@dataclass(frozen=True)
class Taken:
    """What an import changes."""

    units: int
    added: list[Changed] = field(default_factory=list)
    changed: list[Changed] = field(default_factory=list)
    ended: list[Changed] = field(default_factory=list)
    removed: list[Changed] = field(default_factory=list)
    assigned: list[Assigned] = field(default_factory=list)
    events: list[UnitEvent] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)


def take(
    home: Home,
    registry: Connection,
    catalogue: Catalogue,
    path: Path,
    signed: Signed,
    *,
    dry_run: bool,
) -> Taken:
    """Judge a directory workbook and, unless it is a dry run, put it in place.

    Raises:
        NotDirectoryBookError: the file is no directory workbook.
        RefusedError: something in it is wrong; nothing was taken.
    """
    unit_sheet, event_sheet = read_book(path, catalogue)
    known = standing(home, registry, catalogue)
    versions, assigned = list(known.units.versions), list[Assigned]()
    if unit_sheet is not None:
        versions, assigned = _units(registry, known, unit_sheet)
    base = Directory(versions)
    events = _events(registry, replace(known, units=base), event_sheet, signed)
    after = base
    for event in events:
        after = changed_directory(after, event)
    ignored = [word for sheet in (unit_sheet, event_sheet) if sheet for word in sheet.ignored]
    taken = _compared(known.units, after, assigned, events, ignored)
    if not dry_run:
        replace_directory(registry, base.versions)
        for event in events:
            add_event(registry, event)
        period = str(Period.containing(signed.at.date()))
        decide(registry, period, "directory", signed.by, signed.at, signed.why)
    return taken


def _units(
    registry: Connection, known: Standing, sheet: Sheet
) -> tuple[list[UnitVersion], list[Assigned]]:
    needed = (column for column in UNIT_COLUMNS if column not in OPTIONAL)
    _refuse(sheet, missing_columns(sheet, needed))
    lines, problems = parse(sheet, known.catalogue)
    if not lines:
        _refuse(sheet, [Problem("no_rows", "unit_name", "")])
    drafted = draft(known.catalogue, lines, known.codes)
    problems += drafted.problems
    problems += judge(known.catalogue, drafted.versions, drafted.mentioned)
    problems += _marks(known, drafted.versions)
    versions = [version for _, version in drafted.versions]
    if not problems:
        problems += kept_promises(registry, known.units, drafted.versions)
    _refuse(sheet, problems)
    return versions, drafted.assigned


def _marks(known: Standing, lines: Iterable[tuple[int, UnitVersion]]) -> list[Problem]:
    """Told once: it is the file that belongs elsewhere, not each of its rows."""
    found = [
        problem
        for number, version in lines
        for problem in mark_problems(known.catalogue, version.unit_name, number, known.is_sample)
    ]
    return [replace(each, fills={**each.fills, "count": len(found)}) for each in found[:1]]


def _events(
    registry: Connection, known: Standing, sheet: Sheet | None, signed: Signed
) -> list[UnitEvent]:
    """The events a sheet asks for, each judged after those before it."""
    if sheet is None or not sheet.lines:
        return []
    recorded = unit_events(registry)
    lines, problems = parse(sheet, known.catalogue)
    wanted = requested(lines, (event.event_id for event in recorded))
    problems += wanted.problems
    events: list[UnitEvent] = []
    for asked in wanted.drafts:
        number = next_number([*recorded, *events], asked.effective_date)
        try:
            event = plan_event(known, asked, number, signed)
        except RefusedError as error:
            problems += error.problems
        else:
            events.append(event)
            known = replace(known, units=changed_directory(known.units, event))
    _refuse(sheet, problems)
    return events


def _refuse(sheet: Sheet, problems: Sequence[Problem]) -> None:
    if problems:
        ordered = sorted(problems, key=lambda problem: problem.line or 0)
        raise RefusedError(
            replace(problem, sheet=sheet.name, cell=sheet.cell(problem.column, problem.line))
            for problem in ordered
        )


def _compared(
    before: Directory,
    after: Directory,
    assigned: list[Assigned],
    events: list[UnitEvent],
    ignored: list[str],
) -> Taken:
    taken = Taken(units=len(after.by_code), assigned=assigned, events=events, ignored=ignored)
    for code, now in after.by_code.items():
        then = before.by_code.get(code)
        if then is None:
            taken.added.append(Changed(code, now[-1].unit_name, ()))
        elif then != now:
            has_ended = now[-1].valid_to is not None and then[-1].valid_to is None
            place = taken.ended if has_ended else taken.changed
            place.append(Changed(code, now[-1].unit_name, _columns(then, now)))
    for code in before.by_code.keys() - after.by_code.keys():
        taken.removed.append(Changed(code, before.by_code[code][-1].unit_name, ()))
    return taken


def _columns(then: Sequence[UnitVersion], now: Sequence[UnitVersion]) -> tuple[str, ...]:
    """In which columns the present version differs from the one before the import."""
    pairs = ((each.name, getattr(then[-1], each.name), getattr(now[-1], each.name))
             for each in fields(UnitVersion))  # fmt: skip
    return tuple(name for name, old, new in pairs if old != new)
