"""Live checks (即时审核): every rule part that a workbook can answer by itself, as formulas.

From the catalogue's parts, the same that are judged on receipt. A part is one line of the hidden
sheet; a part about single cells is a line for each cell, or for each column of a list. What basic
functions cannot say has no line.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from xlsxwriter.utility import xl_col_to_name

from models.catalogue_model import Catalogue
from models.expression import NotInWorkbookError
from models.names import answers_alone, moment_of
from models.spec.form import EntryMode, Field
from models.spec.rule import Moment, Part, Rule, Severity
from pipelines.workbook.layout import Layout, plan
from pipelines.workbook.live_ask import TYPES, Ask
from pipelines.workbook.live_state import States
from pipelines.workbook.live_text import Texts

FILLED_BY_UNIT = (EntryMode.TYPED, EntryMode.ZERO_DEFAULT, EntryMode.CARRIED_EDITABLE)
GRAVITY = {Severity.MUST: 0, Severity.VERIFY: 2, Severity.HINT: 3}
AFTER_MUST = 1


@dataclass(frozen=True)
class Line:
    """A live check, its formulas without `=`.

    Attributes:
        ask: what is asked, and at which cell.
        sheet: the sheet of that cell.
        cell: its address; for a list, that of the column's header.
        column: the letter of its column.
        state: formula of the number of places where the part fails.
        first: formula of the first row that fails; empty where no rows are asked.
        due: formula of how many cells must be filled; empty where a line asks for something else.
        text: what is said: a formula where it `is_said_live`, with the values of cells in it.
    """

    ask: Ask
    sheet: str
    cell: str
    column: str
    state: str
    first: str
    due: str
    text: str
    is_said_live: bool

    @property
    def is_must(self) -> bool:
        """Whether the file is returned while the line is open."""
        return self.ask.rule.severity is Severity.MUST

    @property
    def label(self) -> str:
        """The target as the list of problems names it."""
        return f"{self.ask.target.code} {self.ask.target.zh}"


@cache
def live_lines(catalogue: Catalogue, kind: str, quarter: int, period: str) -> tuple[Line, ...]:
    """The live checks of a kind of workbook, gravest first; the lengths of lists are marked."""
    layout = plan(catalogue, kind, quarter, {})
    states = States(catalogue, layout, period)
    texts = Texts(catalogue, layout, period)
    asked = [ask for ask in _asked(catalogue, layout, period) if _can_say(states, texts, ask)]
    asked.sort(key=_gravity)
    states.number(asked)
    return tuple(_line(layout, states, texts, ask) for ask in asked)


def _can_say(states: States, texts: Texts, ask: Ask) -> bool:
    try:
        states.failing(ask)
        texts.of(ask, 1)
    except NotInWorkbookError:
        return False
    return True


def _gravity(ask: Ask) -> int:
    is_blank = ask.rule.each == "required"
    return AFTER_MUST if is_blank else GRAVITY[ask.rule.severity]


def _line(layout: Layout, states: States, texts: Texts, ask: Ask) -> Line:
    target = ask.target
    listed = layout.lists.get(target.alias or "")
    place = listed.place(target, 0) if listed else layout.fixed[target.name]
    live, plain = texts.of(ask, states.row(ask)), texts.plain(ask)
    return Line(
        ask=ask,
        sheet=place.sheet,
        cell=place.cell,
        column=xl_col_to_name(place.col),
        state=states.count(ask),
        first=states.first(ask) if ask.alias else "",
        due=states.due(ask) if ask.rule.each == "required" else "",
        text=plain if live is None else live,
        is_said_live=live is not None,
    )


def _asked(catalogue: Catalogue, layout: Layout, period: str) -> Iterator[Ask]:
    """What is to be asked of this kind of workbook, in the order of its cells."""
    due = {field.qualified: field for _, fields in layout.forms for field in fields}
    parts = [
        (rule, number, part)
        for rule in catalogue.rules.values()
        if rule.in_force(period)
        for number, part in enumerate(rule.parts, start=1)
        if moment_of(rule, part) is Moment.RECEIPT and answers_alone(part)
        if (rule.id, number) not in catalogue.unasked
    ]
    places = {name: place for place, name in enumerate(due)}
    found = [ask for each in parts for ask in _asks(*each, layout.kind, due)]
    yield from sorted(found, key=lambda ask: places[ask.target.qualified])


def _asks(rule: Rule, number: int, part: Part, kind: str, due: dict[str, Field]) -> Iterator[Ask]:
    if rule.each:
        for field in due.values():
            if _concerns(rule.each, field):
                yield Ask(rule, number, part, field, field.alias, field)
        return
    target = next((due[name] for name in part.targets if name in due), None)
    if target is not None and (rule.only is None or kind in rule.only):
        yield Ask(rule, number, part, target, rule.rows)


def _concerns(each: str, field: Field) -> bool:
    """Whether a rule about single cells asks about a field."""
    if field.formula is not None:
        return False
    if each == "required":
        is_printed = field.alias is not None and field.entry is EntryMode.DIRECTORY
        return field.required_when is not None or (field.required == "yes" and not is_printed)
    if each == "typical":
        return field.typical is not None and field.entry in FILLED_BY_UNIT
    return each == field.type and each in TYPES
