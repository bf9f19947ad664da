"""What the rules will say of a workbook that arrives alone, as far as some of its cells go."""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any, NamedTuple

from models.catalogue_model import Catalogue
from models.check import statement
from models.expression import parse
from models.expression.tree import arguments, key, name_of
from models.names import moment_of, part_names
from models.spec.form import Field, FieldType
from models.spec.rule import Moment, Part, Rule, RuleKind
from pipelines.sample.departures import JUDGED
from pipelines.sample.meaning import Sheet, Spot
from pipelines.workbook.content import Raw

MOST_DECIMALS = 2
DERIVED = {
    "l2.partner_listed": "l2.partner_unit_code",
    "sys.open_matters_present": "l3.matter_id",
}
"""What is worked out from a cell -> the cell."""


class Remark(NamedTuple):
    """A part of a rule that fails, and the cell that it points at."""

    rule: str
    part: int
    field: str
    line: int | None


@dataclass(frozen=True)
class Statement:
    """A part of a rule that one workbook answers, with every field that it rests on."""

    rule: Rule
    number: int
    part: Part
    reads: frozenset[str]


@cache
def statements(catalogue: Catalogue) -> tuple[Statement, ...]:
    """The parts judged on receipt that are not about single cells."""
    return tuple(
        Statement(rule, number, part, rests_on(catalogue, part_names(part)))
        for rule in catalogue.rules.values()
        if rule.each is None
        for number, part in enumerate(rule.parts, start=1)
        if moment_of(rule, part) is Moment.RECEIPT
    )


@cache
def rests_on(catalogue: Catalogue, names: frozenset[str]) -> frozenset[str]:
    """The fields among the names, and those that the computed ones are made of."""
    found: set[str] = set()
    bare = {name.removeprefix("ytd(").removesuffix(")") for name in names}
    named = {DERIVED.get(name, name) for name in bare}
    waiting = [name for name in named if name in catalogue.fields]
    while waiting:
        name = waiting.pop()
        found.add(name)
        formula = catalogue.fields[name].formula
        inner = parse(formula).names() if formula else frozenset()
        waiting += [each for each in inner if each in catalogue.fields and each not in found]
    return frozenset(found)


@cache
def rules_about(catalogue: Catalogue) -> dict[str, str]:
    """What a rule about single cells looks at (`required`, `int`) -> its id."""
    return {rule.each: rule.id for rule in catalogue.rules.values() if rule.each}


def remarks(sheet: Sheet, raws: Mapping[Spot, Raw], spots: Collection[Spot]) -> set[Remark]:
    """What is said of the given cells, and of whatever rests on them.

    `raws` are the cells in which something stands that has no value, the given ones included.
    """
    touched = {name for name, _ in spots}
    of_cells = set(_of_cells(sheet, raws, {*spots, *raws}))
    of_cells |= set(_conditional(sheet, raws, touched))
    unread = {(each.field, each.line) for each in of_cells if each.rule in _unread(sheet)}
    said = set(_of_statements(sheet, touched | {name for name, _ in raws}, unread))
    return of_cells | said


def _unread(sheet: Sheet) -> set[str]:
    """The rules that leave a cell without a value: what rests on it is not judged."""
    rules = rules_about(sheet.catalogue)
    return {rules[each] for each in ("required", "int", "decimal", "date", "enum")}


def _of_cells(sheet: Sheet, raws: Mapping[Spot, Raw], spots: Collection[Spot]) -> Iterator[Remark]:
    rules = rules_about(sheet.catalogue)
    for name, line in spots:
        field = sheet.catalogue.fields[name]
        about = _about_raw(field) if (name, line) in raws else _about(sheet, field, line)
        for each in about:
            yield Remark(rules[each], 1, name, line)


def _about_raw(field: Field) -> Iterator[str]:
    """What is wrong with a cell in which something stands that cannot be read as its type."""
    if field.formula:
        yield "formula"
    elif field.type is not FieldType.TEXT:
        yield field.type.value
    elif field.required == "yes":
        yield "required"


def _about(sheet: Sheet, field: Field, line: int | None) -> Iterator[str]:
    """What is wrong with a cell that holds a value of its type, or nothing."""
    value = sheet.at(field.qualified, line)
    if value is None:
        if field.required == "yes" and field.formula is None:
            yield "required"
    elif field.type is FieldType.TEXT:
        pattern = sheet.catalogue.vocabulary.patterns["ID_OR_MOBILE"]
        if field.entry in JUDGED and re.search(pattern, value):
            yield "text"
    elif field.is_number and field.formula is None:
        yield from _about_number(field, Decimal(value))


def _about_number(field: Field, value: Decimal) -> Iterator[str]:
    most = 0 if field.type is FieldType.INT else MOST_DECIMALS
    if value < 0 or value != round(value, most):
        # What is not of its type is told of that alone.
        yield field.type.value
    elif field.typical and field.entry in JUDGED:
        low, high = field.typical
        if not low <= value <= high:
            yield "typical"


def _conditional(
    sheet: Sheet, raws: Mapping[Spot, Raw], touched: Collection[str]
) -> Iterator[Remark]:
    """Cells that are blank though their condition holds."""
    rule = rules_about(sheet.catalogue)["required"]
    for field in sheet.catalogue.fields.values():
        condition = field.required_when
        if condition is None or not _concerns(sheet, field, condition, touched):
            continue
        for line in _lines(sheet, field.alias):
            spot = (field.qualified, line)
            if spot not in raws and sheet.at(*spot) is None and sheet.means(condition, line):
                yield Remark(rule, 1, *spot)


def _concerns(sheet: Sheet, field: Field, condition: str, touched: Collection[str]) -> bool:
    names = rests_on(sheet.catalogue, parse(condition).names()) | {field.qualified}
    return (field.alias is not None or field.name in sheet.values) and bool(names & set(touched))


def _lines(sheet: Sheet, alias: str | None) -> Iterator[int | None]:
    if alias is None:
        yield None
    else:
        yield from sheet.lines(alias)


def _of_statements(
    sheet: Sheet, touched: Collection[str], unread: Collection[Spot]
) -> Iterator[Remark]:
    for each in statements(sheet.catalogue):
        target = _target(sheet, each)
        if target is None or each.reads.isdisjoint(touched):
            continue
        seen = sheet.as_typed() if each.rule.kind is RuleKind.CROSS_PERIOD else sheet
        for line in _lines(sheet, each.rule.rows):
            if _fails(seen, each.part, line) and not _rests_on_unread(each, line, unread):
                at = line if each.rule.rows or "." not in target else _repeated(sheet, each.part)
                yield Remark(each.rule.id, each.number, target, at)


def _repeated(sheet: Sheet, part: Part) -> int | None:
    """The last row of a list that has the same key as another one."""
    for node in parse(part.right or "NULL").tree.walk():
        if key(node) == "COUNT_DISTINCT":
            names = [name_of(each) for each in arguments(node)]
            lines = list(sheet.lines(names[0].partition(".")[0]))
            keys = {line: tuple(sheet.at(name, line) for name in names) for line in lines}
            counts = Counter(keys.values())
            return next((line for line in reversed(lines) if counts[keys[line]] > 1), None)
    return None


def _target(sheet: Sheet, each: Statement) -> str | None:
    """The first target that this unit has this quarter."""
    kinds = each.rule.only
    if kinds and sheet.facts["dir.unit_kind"] not in kinds:
        return None
    return next((name for name in each.part.targets if "." in name or name in sheet.values), None)


def _fails(sheet: Sheet, part: Part, line: int | None) -> bool:
    if part.when and not sheet.means(part.when, line):
        return False
    return sheet.means(statement(part), line) is False


def _rests_on_unread(each: Statement, line: int | None, unread: Collection[Spot]) -> bool:
    """A row rests on its own cells; a statement about a whole list on every row of it."""
    return any(
        name in each.reads and (each.rule.rows is None or where in {line, None})
        for name, where in unread
    )


def value_of(field: Field, value: Any) -> Any:
    """A reckoned value as cells hold it: whole numbers as int."""
    if isinstance(value, Decimal) and value == int(value):
        return int(value) if field.type is not FieldType.DECIMAL else value
    return value
