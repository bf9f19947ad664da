"""Which rule parts are judged now, on which table, and the SQL that finds their failures."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from models.catalogue_model import Catalogue
from models.check import statement
from models.expression import Expression, SqlNames, parse, to_sql
from models.names import Names, answers_alone, part_names
from models.spec.rule import Part, Rule, RuleKind
from pipelines.frames import Source

AT_RECEIPT = (RuleKind.IN_CELL, RuleKind.IN_FORM, RuleKind.CROSS_FORM)
"""What one workbook answers by itself."""
TYPES = ("int", "decimal", "date", "enum")


@dataclass(frozen=True, eq=False)
class Judged:
    """A part of a rule that is judged, and on which table: `s`, a list, or `c` (cells).

    Compared by identity: `judged_parts` makes each of them once.
    """

    rule: Rule
    number: int
    part: Part
    table: str

    @property
    def id(self) -> str:
        """Names the part: R101.1."""
        return f"{self.rule.id}.{self.number}"

    @property
    def reads(self) -> frozenset[str]:
        """The fields and facts that the part reads."""
        return part_names(self.part)


@cache
def judged_parts(catalogue: Catalogue) -> tuple[Judged, ...]:
    """The parts that are judged on receipt, in the catalogue's order of evaluation."""
    rules = sorted(catalogue.rules.values(), key=lambda rule: list(RuleKind).index(rule.kind))
    return tuple(
        Judged(rule, number, part, "c" if rule.each else rule.rows or "s")
        for rule in rules
        if rule.kind in AT_RECEIPT
        for number, part in enumerate(rule.parts, start=1)
        if answers_alone(part)
    )


def pending_parts(catalogue: Catalogue) -> list[tuple[str, int]]:
    """Rule id and part number of what is in the catalogue and not judged yet."""
    running = {(item.rule.id, item.number) for item in judged_parts(catalogue)}
    return [
        (rule.id, number)
        for rule in catalogue.rules.values()
        for number in range(1, len(rule.parts) + 1)
        if (rule.id, number) not in running
    ]


def kinds_of(catalogue: Catalogue, item: Judged, quarter: int) -> list[str]:
    """The unit kinds that have a target cell of the part in this quarter."""
    kinds = item.rule.only or tuple(catalogue.unit_kinds)
    if not item.part.targets:
        return list(kinds)
    return [
        kind
        for kind in kinds
        if any(
            catalogue.fields[target].exists_for(kind, catalogue.unit_kinds[kind][0], quarter)
            for target in item.part.targets
        )
    ]


def bound(catalogue: Catalogue, text: str) -> Expression:
    """A formula with the sets of the directory put in."""
    codes = [catalogue.structure.city.code, *catalogue.counties]
    return parse(text).bind({"DIRECTORY_COUNTIES()": codes})


def fails(catalogue: Catalogue, item: Judged, quarter: int, source: Source) -> str:
    """SQL that is TRUE where the part fails, FALSE where it passes or is not evaluated."""
    type_of = Names(catalogue).type_of
    names = source.names(Names(catalogue))
    kinds = kinds_of(catalogue, item, quarter)
    if not kinds:
        return "FALSE"
    tests = [f"s.unit_kind IN ({', '.join(repr(kind) for kind in kinds)})"]
    if item.part.when:
        tests.append(f"({to_sql(bound(catalogue, item.part.when), type_of, names)})")
    tests.append(f"NOT ({to_sql(bound(catalogue, statement(item.part)), type_of, names)})")
    return f"COALESCE({' AND '.join(tests)}, FALSE)"


@cache
def failures_sql(catalogue: Catalogue, table: str, quarter: int) -> str | None:
    """One query over `s` or a list: submission, line, and the numbers of the parts that fail."""
    parts = [item for item in judged_parts(catalogue) if item.table == table]
    source = Source(table)
    marks = [
        f"CASE WHEN {fails(catalogue, item, quarter, source)} THEN {place} END"
        for place, item in enumerate(parts)
    ]
    if not marks:
        return None
    failed = f"list_filter([{', '.join(marks)}], lambda x: x IS NOT NULL)"
    return (
        f"SELECT * FROM (SELECT s.submission_id, {source.line} AS line, {failed} AS failed "  # noqa: S608
        f"FROM {source.sql}) WHERE len(failed) > 0"
    )


def parts_of(catalogue: Catalogue, table: str) -> Sequence[Judged]:
    """The parts judged on a table, in the order that `failures_sql` numbers them."""
    return [item for item in judged_parts(catalogue) if item.table == table]


def cell_names(catalogue: Catalogue, each: str) -> SqlNames:
    """Names of a rule about single cells, over the table `c`."""
    value = {"text": "c.text", "date": "c.date", "required": "c.plain"}.get(each, "c.number")
    columns = {
        "value": value,
        "typical_min": "c.typical_min",
        "typical_max": "c.typical_max",
        "sys.formula_intact": "c.formula_intact",
    }
    return SqlNames(
        column=columns.__getitem__,
        aggregate=lambda alias, _: alias,
        typed=lambda _: "c.plain",
        patterns=catalogue.vocabulary.patterns,
        casts=False,
    )


@cache
def cell_failures_sql(catalogue: Catalogue) -> str:
    """One query over the cells: submission, field, line, and the numbers of the parts failing."""
    parts = parts_of(catalogue, "c")
    marks = [
        f"CASE WHEN {_cell_fails(catalogue, item)} THEN {place} END"
        for place, item in enumerate(parts)
    ]
    failed = f"list_filter([{', '.join(marks)}], lambda x: x IS NOT NULL)"
    return (
        f"SELECT * FROM (SELECT submission_id, field, line, {failed} AS failed FROM c) "  # noqa: S608
        "WHERE len(failed) > 0"
    )


def _cell_fails(catalogue: Catalogue, item: Judged) -> str:
    each = item.rule.each or ""
    names = cell_names(catalogue, each)
    type_of = Names(catalogue).type_in_cell(each)
    tests = " ".join(
        f"WHEN {guard} THEN NOT ({to_sql(expression, type_of, names)})"
        for guard, expression in _variants(catalogue, statement(item.part))
    )
    fails = f"COALESCE(CASE {tests} END, FALSE)"
    if each in TYPES:
        # What has no value in its measure is never passed over, whatever the text looks like.
        fails = f"({fails} OR c.is_unread)"
    return f"c.is_{each} AND {fails}"


def _variants(catalogue: Catalogue, text: str) -> list[tuple[str, Expression]]:
    """A statement about ENUM(field) is one statement for every code list."""
    expression = parse(text)
    if "ENUM(field)" not in expression.names():
        return [("TRUE", expression)]
    return [
        (f"c.enum = '{enum}'", expression.bind({"ENUM(field)": list(codes)}))
        for enum, codes in catalogue.codes.items()
    ]
