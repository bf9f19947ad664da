"""Values as messages print them: no needless zeros, labels for codes, names hidden."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from models.catalogue_model import Catalogue
from models.expression import parse
from models.hidden import hidden
from models.spec.form import NUMERIC, Field, FieldType
from pipelines.validate.plan import Judged
from pipelines.validate.sides import Sides

COVER = "F0"


class Shown:
    """Turns values into the texts that fill a rule's message."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    def fills(
        self, field: Field | None, cell: Mapping[str, Any] | None, item: Judged, sides: Sides
    ) -> dict[str, str]:
        """Every placeholder a message may have."""
        value = self.value(sides.value, field)
        expected = "" if item.part.op == "<>" else self._expected(field, item, sides)
        shown = {
            "value": self.masked(value, field),
            "expected": expected,
            "code": field.code if field else "",
            "label": field.zh if field else "",
            "unit": (field.uom or "") if field else "",
            "min": self.value(field.typical[0], None) if field and field.typical else "",
            "max": self.value(field.typical[1], None) if field and field.typical else "",
            "allowed": self._allowed(field),
            "gap": gap_of(value, expected, field),
            "row_list": self._rows(cell, sides),
            "org_list": self._rows(cell, sides),
        }
        return shown | {name: self._fill(name, raw, item) for name, raw in sides.fills.items()}

    def _expected(self, field: Field | None, item: Judged, sides: Sides) -> str:
        """The bound; of a code that is compared itself, with its label."""
        return self.value(sides.expected, field if _is_target(item.part.left, item) else None)

    def value(self, raw: Any, field: Field | None) -> str:
        """A number without needless zeros; a text as it is; nothing as nothing."""
        if raw is None:
            return ""
        if field is not None and field.type is FieldType.ENUM and isinstance(raw, float):
            return self._label(field, int(raw))
        if isinstance(raw, str):
            return raw
        text = f"{float(raw):.4f}".rstrip("0").rstrip(".")
        return "0" if text == "-0" else text

    def _label(self, field: Field, code: int) -> str:
        label = self._catalogue.codes[field.enum or ""].get(code)
        return f"{code}={label}" if label else str(code)

    def _fill(self, name: str, raw: Any, item: Judged) -> str:
        if raw is None:
            return ""
        if name == "ratio":
            return f"{100 * float(raw):.1f}%"
        field = self._field_of(item.fills[name]) if name in item.fills else None
        if field is not None and field.type is FieldType.ENUM:
            return self._catalogue.codes[field.enum or ""].get(int(raw), str(raw))
        return self.value(raw, None)

    def _field_of(self, formula: str) -> Field | None:
        names = parse(formula).names()
        return self._catalogue.fields.get(formula) if len(names) == 1 else None

    def masked(self, text: str, field: Field | None) -> str:
        """Cover names and telephones, and whatever looks like an identity number, are hidden."""
        if field and field.form == COVER and field.sensitivity == "personal_or_small_group":
            return text[:1] + "*" * max(len(text) - 1, 0)
        return hidden(self._catalogue, text)

    def _allowed(self, field: Field | None) -> str:
        codes = self._catalogue.codes.get(field.enum or "", {}) if field else {}
        return "、".join(f"{code}={label}" for code, label in codes.items())

    def _rows(self, cell: Mapping[str, Any] | None, sides: Sides) -> str:
        lines = sides.named_rows
        if not lines and cell is not None and cell["line"] is not None:
            lines = (cell["line"],)
        return "、".join(self._catalogue.say("validate.line", line=line) for line in lines)


def details(
    catalogue: Catalogue, item: Judged, field: Field | None, shown: Mapping[str, str]
) -> str:
    """What the rule's own text leaves out: value, bound and gap, and the norm it rests on."""
    part, about, said = item.part, _is_about_target(item), ""
    if part.op and shown["expected"]:
        gap = gap_of(shown["value"], shown["expected"], field)
        both = "{value}" in item.template and "{expected}" in item.template
        if both and gap and "{gap}" not in item.template:
            said = catalogue.say("validate.gap", gap=gap)
        elif not both and shown["value"] and about:
            bound = catalogue.say(f"validate.op_{_operator(part.op, field)}", **shown)
            after = catalogue.say("validate.gap_after", gap=gap) if gap else ""
            said = catalogue.say("validate.seen", **{**shown, "bound": bound, "gap": after})
    elif about and shown["value"] and "{value}" not in item.template:
        said = catalogue.say("validate.now", **shown)
    norm = catalogue.norms.get(item.rule.norm or "")
    return said + (catalogue.say("validate.norm", title=norm.title) if norm else "")


def _operator(op: str, field: Field | None) -> str:
    """Names the text of a bound: of days one says earlier and later."""
    is_day = field is not None and field.type is FieldType.DATE
    return f"{OPERATORS[op]}_day" if is_day and op in ORDERED else OPERATORS[op]


def _is_about_target(item: Judged) -> bool:
    """Whether value and bound are those of the cell pointed at itself, not of a sum with others."""
    fills = item.fills
    both = ("value" in fills) == ("expected" in fills)
    side = item.part.left or next(iter(item.part.targets), None)
    return both and _is_target(fills.get("value", side), item)


def _is_target(text: str | None, item: Judged) -> bool:
    names = item.part.targets
    return text in names or text in {f"COALESCE({name}, 0)" for name in names}


OPERATORS = {"=": "equal", "<>": "other", "<": "less", "<=": "most", ">": "more", ">=": "least"}
ORDERED = ("<", "<=", ">", ">=")


def gap_of(value: str, expected: str, field: Field | None) -> str:
    """The difference of two numbers as they are printed; nothing for anything else."""
    if field is not None and field.type not in NUMERIC:
        return ""
    try:
        gap = abs(Decimal(value) - Decimal(expected))
    except InvalidOperation:
        return ""
    return f"{gap:f}" if gap else ""
