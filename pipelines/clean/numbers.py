"""Numbers in the disguises that people give them; what could mean two things means nothing."""

import re
import unicodedata
from decimal import Decimal

from models.spec.form import Field, FieldType
from pipelines.clean.meaning import Meaning

THOUSANDS = re.compile(r"^-?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?$")
NUMBER = re.compile(r"^[+-]?[0-9]+(\.[0-9]*)?$|^[+-]?\.[0-9]+$", re.ASCII)
FLOAT = re.compile(r"^[+-]?[0-9]+(\.[0-9]*)?[eE][+-]?[0-9]{1,3}$", re.ASCII)
BRACKETS = re.compile(r"^\(([0-9.,]+)\)$")
PLACES = 6
LARGEST = 17
"""The most digits that are read before the point."""


def number(tidy: str, typed: str, kind: str, field: Field) -> Meaning:
    """Read a number; `tidy` is the text without what cannot be seen."""
    if kind == "percent":
        shown = Decimal(tidy) * 100
        # Its filler saw 12%: in a column of persons that is neither 0.12 nor 12. None is none.
        if field.uom == "%" or not shown:
            return _as_number(shown, "percent_cell")
        return Meaning(f"{shown:g}%")
    bare, how = _bare(tidy, field)
    # What a program writes may have an exponent; what a person types so is no count.
    if not (NUMBER.match(bare) or (kind == "number" and FLOAT.match(bare))):
        return Meaning(tidy)
    read = _as_number(Decimal(bare), how)
    if read.how is None and typed != read.plain and kind != "number":
        return _as_number(Decimal(bare), "width" if tidy != typed else "digits")
    return read


def _bare(tidy: str, field: Field) -> tuple[str, str | None]:
    """The digits, without unit of measure, separators or brackets; how, if that is a change."""
    bare, how = tidy, None
    uom = unicodedata.normalize("NFKC", field.uom or "")
    if uom and bare.endswith(uom):
        bare, how = bare.removesuffix(uom).strip(), "uom"
    if field.type is FieldType.DECIMAL and (bracketed := BRACKETS.match(bare)):
        bare, how = f"-{bracketed[1]}", "brackets"  # as book-keepers write what is owed
    if THOUSANDS.match(bare):
        bare, how = bare.replace(",", ""), "thousands"
    return bare, how


def _as_number(value: Decimal, how: str | None) -> Meaning:
    if value.adjusted() > LARGEST:
        return Meaning(f"{value:.6e}")  # no count and no amount is so large
    exact = round(value, PLACES) + 0  # + 0 makes -0 a 0
    if exact != value:
        # 7.520000000000001: what a sum leaves behind in a spreadsheet, not what anybody typed.
        how = "noise"
    return Meaning(_shown(exact), number=exact, how=how)


def _shown(value: Decimal) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
