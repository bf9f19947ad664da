"""What the names in formulas stand for: type, wholeness, source. One place for every target."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache

from models.catalogue_model import Catalogue
from models.expression import Type, parse
from models.spec.form import Field, FieldType
from models.spec.rule import Moment, Part, Rule, RuleKind

FIELD_TYPES = {
    FieldType.INT: Type.NUMBER,
    FieldType.DECIMAL: Type.NUMBER,
    FieldType.ENUM: Type.NUMBER,
    FieldType.TEXT: Type.TEXT,
    FieldType.DATE: Type.DATE,
}
OTHER_UNITS = ("prev.", "child.", "peer_all.")
"""Prefixes that read a fixed field of another quarter or of other units."""

BEYOND_ONE_WORKBOOK = (*OTHER_UNITS, "sub.", "ytd(")
"""Names that one workbook cannot answer by itself."""

WITHIN_ONE_WORKBOOK = frozenset(
    {
        "sys.period_code",
        "sys.period_start",
        "sys.period_end",
        "sys.quarter",
        "sys.year",
        "sys.template_version",
        "sys.formula_intact",
    }
)
"""Facts of the pipeline that are known when one workbook is looked at alone."""

OF_ITS_PAST = frozenset({"sys.open_matters_carried", "sys.open_matters_present"})
"""Facts that a workbook and what was issued with it answer together."""

OF_OTHERS = frozenset(
    {
        *("sys.received_units", "sys.expected_units", "sys.last_minute_share"),
        *("sys.typed_nonzero", "sys.same_as_prev_share", "sys.same_as_peer_share"),
        *("sys.big_values", "sys.round_share", "sys.full_rate_count", "sys.prev_full_rate_count"),
        *("sys.rate_count", "sys.prev_rate_count"),
        *("sys.problem_sum", "sys.prev_problem_sum", "sys.last_digit_p"),
        *("sys.title_dup_share", "sys.matter_rows"),
    }
)
"""Facts that are worked out when the files of a quarter are together."""


@dataclass(frozen=True)
class Names:
    """The names that formulas of this catalogue may use."""

    catalogue: Catalogue

    def type_of(self, name: str) -> Type:
        """The type of a name.

        Raises:
            KeyError: there is no such name.
        """
        if name in self._facts():
            return self._facts()[name]
        return FIELD_TYPES[self.field(name).type]

    def field(self, name: str) -> Field:
        """The field a name reads, in this unit and quarter or elsewhere.

        Raises:
            KeyError: it reads no field.
        """
        bare = name.removeprefix("ytd(").removesuffix(")")
        for prefix in OTHER_UNITS:
            bare = bare.removeprefix(prefix)
        return self.catalogue.fields[bare]

    def is_whole(self, name: str) -> bool:
        """Whether a name can only hold whole numbers."""
        if name in self._facts():
            return name in {"sys.quarter", "sys.year"}
        return self.field(name).type in {FieldType.INT, FieldType.ENUM}

    def type_in_cell(self, each: str | None) -> Callable[[str], Type]:
        """Types inside a rule about single cells, where `value` is the cell under test."""
        of_value = {"text": Type.TEXT, "date": Type.DATE}.get(each or "", Type.NUMBER)
        return lambda name: of_value if name == "value" else self.type_of(name)

    @cache  # noqa: B019 the catalogue lives as long as the process
    def _facts(self) -> dict[str, Type]:
        return {fact.name: Type(fact.type) for fact in self.catalogue.vocabulary.facts}


def part_texts(part: Part) -> list[str]:
    """The formulas of a rule part."""
    return [text for text in (part.when, part.left, part.right, part.test) if text]


def part_names(part: Part) -> frozenset[str]:
    """Every name that a rule part reads."""
    found: frozenset[str] = frozenset()
    for text in part_texts(part):
        found |= parse(text).names()
    return found


def deep_reads(names: Iterable[str], catalogue: Catalogue) -> set[str]:
    """The fields read, those that computed fields are made of included."""
    found: set[str] = set()
    bare = (name.removeprefix("ytd(").removesuffix(")") for name in names)
    waiting = [name for name in bare if name in catalogue.fields]
    while waiting:
        name = waiting.pop()
        found.add(name)
        formula = catalogue.fields[name].formula
        inner = parse(formula).names() if formula else ()
        waiting.extend(each for each in inner if each in catalogue.fields and each not in found)
    return found


def reads(text: str, catalogue: Catalogue) -> frozenset[str]:
    """The fixed fields of the unit's own return that a formula reads, those added up included."""
    bare = {name.removeprefix("ytd(").removesuffix(")") for name in parse(text).names()}
    return frozenset(
        name for name in bare if name in catalogue.fields and not catalogue.fields[name].alias
    )


def moment_of(rule: Rule, part: Part) -> Moment:
    """When a part is judged: what needs other units, and every suspicion, waits for the quarter."""
    waits = rule.kind in {RuleKind.CROSS_LEVEL, RuleKind.PERFUNCTORY}
    names = part_names(part)
    if waits or any(n.startswith(("child.", "peer_all.", "sub.")) or n in OF_OTHERS for n in names):
        return Moment.QUARTER
    return Moment.RECEIPT


def unanswered(rule: Rule, part: Part) -> set[str]:
    """The names that a part reads and nothing answers at the moment it is judged."""
    at_receipt = moment_of(rule, part) is Moment.RECEIPT
    return {name for name in part_names(part) if not _is_answered(name, at_receipt=at_receipt)}


def _is_answered(name: str, *, at_receipt: bool) -> bool:
    if name.startswith("sys."):
        known = WITHIN_ONE_WORKBOOK | OF_ITS_PAST
        return name in (known if at_receipt else known | OF_OTHERS)
    return not (at_receipt and name.startswith("l2.partner_lists_same"))


def answers_alone(part: Part) -> bool:
    """Whether one workbook and the directory are enough to judge this part."""
    return all(_known_alone(name) for name in part_names(part))


def _known_alone(name: str) -> bool:
    if name.startswith(BEYOND_ONE_WORKBOOK):
        return False
    if name.startswith("sys."):
        return name in WITHIN_ONE_WORKBOOK
    return not name.startswith(("l1.prev_", "l2.partner_lists_same", "l3.mirror_confirmed"))
