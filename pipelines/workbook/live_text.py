"""What a live check says: the rule's own message as a formula, its values taken from the cells."""

from collections.abc import Callable, Sequence
from string import Formatter

from models.catalogue_model import Catalogue
from models.expression import (
    Type,
    Value,
    check,
    parse,
    to_sheet_rows,
    to_sheet_value,
)
from models.expression.formula import product, sheet_text, when_known
from models.names import Names
from models.spec.form import Field, FieldType
from pipelines.workbook.formulas import sheet_names
from pipelines.workbook.layout import Layout, area_of, exist_area
from pipelines.workbook.live_ask import Ask
from pipelines.workbook.live_state import FIRST, STATE, first_row

LONGEST = 255
DAY = '"yyyy-mm-dd"'
EMPTY = '""'
ERROR_TEXT = "$J$1"
"""Where the hidden sheet says what is wrong with a cell that holds an error."""


class Texts:
    """Says the checks of one kind of workbook."""

    def __init__(self, catalogue: Catalogue, layout: Layout, period: str) -> None:
        self._catalogue = catalogue
        self._layout = layout
        self._names = sheet_names(catalogue, layout, period)
        self._type_of = Names(catalogue).type_of

    def of(self, ask: Ask, row: int) -> str | None:
        """A formula, without `=`, of the message of the check in this row of the hidden sheet.

        None where nothing in the message depends on what is typed.

        Raises:
            NotInWorkbookError: basic functions cannot say what the message prints.
        """
        known, pieces, said = self._fixed(ask.target), [], ""
        for text, name, _, _ in Formatter().parse(ask.template):
            said += text + known.get(name or "", "")
            if name is not None and name not in known:
                pieces += [*quoted(said), self._live(ask, row, name)]
                said = ""
        if not pieces:
            return None
        message = joined([*pieces, *quoted(said)])
        return f"IF({STATE}{row}=0,{EMPTY},IFERROR({message},{ERROR_TEXT}))"

    def plain(self, ask: Ask) -> str:
        """The message without what only the cells know."""
        known = self._fixed(ask.target)
        parsed = Formatter().parse(ask.template)
        return "".join(text + known.get(name or "", "") for text, name, _, _ in parsed)

    def _fixed(self, field: Field) -> dict[str, str]:
        """The placeholders that are known before anything is typed."""
        codes = self._catalogue.codes.get(field.enum or "", {})
        low, high = field.typical or (None, None)
        return {
            "code": field.code,
            "label": field.zh,
            "unit": field.uom or "",
            "min": "" if low is None else f"{low:g}",
            "max": "" if high is None else f"{high:g}",
            "allowed": "、".join(f"{code}={label}" for code, label in codes.items()),
        }

    def _live(self, ask: Ask, row: int, name: str) -> str:
        if name in {"row_list", "org_list"}:
            return self._rows(ask, row)
        if ask.field is not None:
            return self._held(ask.field, row)
        left = ask.part.left or ask.target.qualified
        usual = {"value": left, "expected": ask.part.right or ""}
        text = ask.rule.fills_of(ask.part).get(name, usual.get(name, ""))
        return self._shown(text, name, ask) if text and not ask.alias else EMPTY

    def _held(self, field: Field, row: int) -> str:
        """What stands in the cell of a rule about single cells."""
        ref = field.name
        if field.alias:
            ref = f"INDEX({area_of(field)},{FIRST}{row})"
        if field.type is FieldType.DATE:
            return f"IF(ISNUMBER({ref}),TEXT({ref},{DAY}),{ref}&{EMPTY})"
        return f"{ref}&{EMPTY}"

    def _shown(self, text: str, name: str, ask: Ask) -> str:
        """The value of a formula as messages print it."""
        field = self._catalogue.fields.get(text)
        is_own = name == "value" and text == ask.target.qualified
        if field and field.type is FieldType.ENUM and field.name in self._layout.fixed:
            # The cell holds `1=是`.
            label = f'MID({field.name},FIND("=",{field.name}&"=")+1,{LONGEST})'
            return f"{field.name}&{EMPTY}" if is_own else label
        value = to_sheet_value(parse(text), self._type_of, self._names)
        step = self._printed(check(parse(text), self._type_of), name)
        return when_known(value.nulls, step(value), EMPTY)

    def _printed(self, type_: Type, name: str) -> Callable[[Value], str]:
        if type_ is Type.DATE:
            return lambda value: f"TEXT({value.formula},{DAY})"
        if type_ is Type.TEXT:
            return lambda value: f"{value.formula}&{EMPTY}"
        if name == "ratio":
            return lambda value: f'TEXT({value.formula},"0.0%")'
        return lambda value: f"ROUND({value.formula},4)&{EMPTY}"

    def _rows(self, ask: Ask, row: int) -> str:
        """The first row that fails, and how many there are."""
        if ask.alias:
            return self._named(f"{FIRST}{row}", f"{STATE}{row}")
        named = ask.rule.named_rows
        if named is None:
            return EMPTY
        alias = next(each for each in parse(named).names() if "." in each).partition(".")[0]
        true = to_sheet_rows(parse(named), self._type_of, self._names).true
        weight = product(exist_area(alias), true)
        return self._named(f"({first_row(alias, weight)})", f"SUMPRODUCT(1*{weight})")

    def _named(self, first: str, count: str) -> str:
        line = spoken(self._catalogue, "validate.line", line=first)
        more = spoken(self._catalogue, "workbook.more_rows", count=count)
        return f"{line}&IF({count}>1,{more},{EMPTY})"


def quoted(text: str) -> list[str]:
    """A text as a formula holds it, in pieces that are short enough."""
    return [sheet_text(text[at : at + LONGEST]) for at in range(0, len(text), LONGEST)]


def joined(pieces: Sequence[str]) -> str:
    """Texts of a formula one after the other."""
    return "&".join(pieces) or EMPTY


def spoken(catalogue: Catalogue, key: str, **fills: str) -> str:
    """A text of the catalogue as a formula, its placeholders filled with formulas."""
    file, _, name = key.partition(".")
    pieces = []
    for text, placeholder, _, _ in Formatter().parse(catalogue.wording[file][name]):
        pieces += [sheet_text(text)] if text else []
        pieces += [fills[placeholder]] if placeholder else []
    return joined(pieces)
