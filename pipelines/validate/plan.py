"""Which rule parts are judged now, on which table, and the SQL that finds their failures."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from models.catalogue_model import Catalogue
from models.check import statement
from models.expression import Expression, SqlNames, parse, to_sql
from models.names import Names, moment_of, part_names, unanswered
from models.period import Period
from models.spec.rule import Moment, Part, Rule, RuleKind
from pipelines.frames import Source

SUBMISSIONS = "sub"
"""The table of the rules that compare the submissions of a quarter with one another."""
READING = "r"
"""The table of the rules about what stands in a file beside its cells."""
AT_ONCE = 12
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
    def fills(self) -> dict[str, str]:
        """Formulas of the placeholders in its message."""
        return self.rule.fills_of(self.part)

    @property
    def template(self) -> str:
        """Its message, the placeholders not yet filled."""
        return self.part.message or self.rule.message

    @property
    def reads(self) -> frozenset[str]:
        """The fields and facts that the part reads."""
        return part_names(self.part)


def judged_parts(
    catalogue: Catalogue, moment: Moment = Moment.RECEIPT, period: Period | None = None
) -> tuple[Judged, ...]:
    """The parts judged at a moment, in the order of evaluation; of a quarter, those in force."""
    parts = _parts(catalogue, moment)
    if period is None:
        return parts
    return tuple(item for item in parts if item.rule.in_force(str(period)))


@cache
def _parts(catalogue: Catalogue, moment: Moment) -> tuple[Judged, ...]:
    rules = sorted(catalogue.rules.values(), key=lambda rule: list(RuleKind).index(rule.kind))
    return tuple(
        Judged(rule, number, part, table_of(rule, part))
        for rule in rules
        for number, part in enumerate(rule.parts, start=1)
        if moment_of(rule, part) is moment and not unanswered(rule, part)
        if (rule.id, number) not in catalogue.unasked
    )


def table_of(rule: Rule, part: Part) -> str:
    """The table on which a part is judged: `c` for single cells."""
    if rule.each == "reading":
        return READING
    if rule.each:
        return "c"
    over_all = any(name.startswith(f"{SUBMISSIONS}.") for name in part_names(part))
    return SUBMISSIONS if over_all else rule.rows or "s"


def pending_parts(catalogue: Catalogue) -> list[tuple[str, int]]:
    """Rule id and part number of what is in the catalogue and judged at no moment."""
    running = {
        (item.rule.id, item.number) for moment in Moment for item in judged_parts(catalogue, moment)
    }
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


@cache
def bound(catalogue: Catalogue, text: str) -> Expression:
    """A formula with the sets of the directory and the thresholds of the signs put in."""
    codes = [catalogue.structure.city.code, *catalogue.counties]
    thresholds = {f"par.{name}": value for name, value in catalogue.parameters["signs"].items()}
    return parse(text).bind({"DIRECTORY_COUNTIES()": codes, **thresholds})


def fails(catalogue: Catalogue, item: Judged, quarter: int, source: Source) -> str:
    """SQL that is TRUE where the part fails, FALSE where it passes or is not evaluated."""
    type_of = Names(catalogue).type_of
    names = source.names(Names(catalogue), item.rule.kind)
    kinds = kinds_of(catalogue, item, quarter)
    if not kinds:
        return "FALSE"
    tests = [f"s.unit_kind IN ({', '.join(repr(kind) for kind in kinds)})"]
    if item.part.when:
        tests.append(f"({to_sql(bound(catalogue, item.part.when), type_of, names)})")
    tests.append(f"NOT ({to_sql(bound(catalogue, statement(item.part)), type_of, names)})")
    return f"COALESCE({' AND '.join(tests)}, FALSE)"


def failures_sql(
    catalogue: Catalogue, table: str, moment: Moment, period: Period
) -> Iterator[tuple[Sequence[Judged], str]]:
    """Queries over `s` or a list, with the parts that each numbers as failing.

    A few parts at a time: DuckDB plans one long list of expressions in seconds, short ones at once.
    """
    parts = parts_of(catalogue, table, moment, period)
    for start in range(0, len(parts), AT_ONCE):
        some = parts[start : start + AT_ONCE]
        yield some, _failures_sql(catalogue, table, period.quarter, some)


@cache
def _failures_sql(catalogue: Catalogue, table: str, quarter: int, parts: tuple[Judged, ...]) -> str:
    """Submission, line, and the numbers of the parts that fail."""
    source = Source(table)
    marks = [
        f"CASE WHEN {fails(catalogue, item, quarter, source)} THEN {place} END"
        for place, item in enumerate(parts)
    ]
    failed = f"list_filter([{', '.join(marks)}], lambda x: x IS NOT NULL)"
    return (
        f"WITH found AS MATERIALIZED (SELECT s.submission_id, {source.line} AS line, "  # noqa: S608
        f"{failed} AS failed FROM {source.sql}) SELECT * FROM found WHERE len(failed) > 0"
    )


def parts_of(
    catalogue: Catalogue, table: str, moment: Moment, period: Period
) -> tuple[Judged, ...]:
    """The parts judged on a table, in the order that `failures_sql` numbers them."""
    return tuple(item for item in judged_parts(catalogue, moment, period) if item.table == table)


def part_named(catalogue: Catalogue, part: str) -> Judged:
    """The part of an id such as R101.1."""
    return next(
        item for moment in Moment for item in judged_parts(catalogue, moment) if item.id == part
    )


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


def cell_failures_sql(catalogue: Catalogue, period: Period) -> str:
    """One query over the cells: submission, field, line, and the numbers of the parts failing."""
    return _cell_failures_sql(catalogue, parts_of(catalogue, "c", Moment.RECEIPT, period))


@cache
def _cell_failures_sql(catalogue: Catalogue, parts: tuple[Judged, ...]) -> str:
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
