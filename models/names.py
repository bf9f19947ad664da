"""What the names in formulas stand for: type, wholeness, source. One place for every target."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from models.catalogue_model import Catalogue
from models.expression import Type, parse
from models.spec.form import Field, FieldType
from models.spec.rule import Part

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


def answers_alone(part: Part) -> bool:
    """Whether one workbook and the directory are enough to judge this part."""
    return all(_known_alone(name) for name in part_names(part))


def _known_alone(name: str) -> bool:
    if name.startswith(BEYOND_ONE_WORKBOOK):
        return False
    if name.startswith("sys."):
        return name in WITHIN_ONE_WORKBOOK
    return not name.startswith(("l1.prev_", "l2.partner_lists_same", "l3.mirror_confirmed"))
