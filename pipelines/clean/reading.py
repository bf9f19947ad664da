"""What one typed text means in a field of its type. Pure; says when it changed anything.

A text that cannot be read is left as it is: whether that is a finding is the catalogue's to say
(rules R002 to R005 look at the plain text).
"""

import datetime as dt
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation

from models.spec.form import Field, FieldType

INVISIBLE = re.compile("[\u00a0\u2007\u200b-\u200f\u2028-\u202f\u2060\ufeff]")
THOUSANDS = re.compile(r"^-?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?$")
NUMBER = re.compile(r"^[+-]?[0-9]+(\.[0-9]*)?$|^[+-]?\.[0-9]+$")
FLOAT = re.compile(r"^[+-]?[0-9]+(\.[0-9]*)?[eE][+-]?[0-9]+$")
DAY = re.compile(r"^([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?$")
PLACES = 6
SERIAL_ZERO = date(1899, 12, 30)
SERIALS = range(61, 80_000)  # 1900-02-29 never was, so what is below 61 is ambiguous


@dataclass(frozen=True)
class Meaning:
    """A typed text read: plain text, its value in one of three measures, and what was done.

    `plain` is None for a blank; the three values are all None when the text cannot be read.
    `how` names a text of `wording/clean.yml`, or is None when nothing was changed.
    """

    plain: str | None
    number: Decimal | None = None
    text: str | None = None
    date: dt.date | None = None
    how: str | None = None


def read(typed: str | None, kind: str, field: Field, codes: Mapping[int, str]) -> Meaning:
    """Read a typed text; `kind` is the cell's, `codes` those of the field's code list."""
    if typed is None or kind in {"error", "uncached"}:
        return Meaning(typed)
    tidy = INVISIBLE.sub("", unicodedata.normalize("NFKC", typed)).strip()
    if not tidy:
        return Meaning(None, how="blank_characters")
    match field.type:
        case FieldType.INT | FieldType.DECIMAL:
            return _number(tidy, typed, field)
        case FieldType.DATE:
            return _date(tidy, typed, kind)
        case FieldType.ENUM:
            return _code(tidy, typed, codes)
        case FieldType.TEXT:
            return _text(tidy, typed, kind)


def _number(tidy: str, typed: str, field: Field) -> Meaning:
    bare, how = tidy, None if tidy == typed else "width"
    uom = unicodedata.normalize("NFKC", field.uom or "")
    if uom and bare.endswith(uom):
        bare, how = bare.removesuffix(uom).strip(), "uom"
    if THOUSANDS.match(bare):
        bare, how = bare.replace(",", ""), "thousands"
    if not (NUMBER.match(bare) or FLOAT.match(bare)):
        return Meaning(tidy)
    try:
        number = Decimal(bare)
    except InvalidOperation:
        return Meaning(tidy)
    exact = round(number, PLACES) + 0  # + 0 makes -0 a 0
    if exact != number:
        # 7.520000000000001: what a sum leaves behind in a spreadsheet, not what anybody typed.
        how = "noise"
    return Meaning(_shown(exact), number=exact, how=how)


def _shown(number: Decimal) -> str:
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _date(tidy: str, typed: str, kind: str) -> Meaning:
    if kind == "date":
        day = datetime.fromisoformat(typed).date()
        return Meaning(day.isoformat(), date=day)
    if kind == "number" and tidy.isdigit() and int(tidy) in SERIALS:
        day = SERIAL_ZERO + timedelta(days=int(tidy))
        return Meaning(day.isoformat(), date=day, how="serial")
    match = DAY.match(tidy.replace(" ", ""))
    try:
        written = date(*(int(part) for part in match.groups())) if match else None
    except ValueError:
        written = None
    if written is None:
        return Meaning(tidy)
    changed = None if typed == written.isoformat() else "date_form"
    return Meaning(written.isoformat(), date=written, how=changed)


def _code(tidy: str, typed: str, codes: Mapping[int, str]) -> Meaning:
    head, _, label = tidy.partition("=")
    if head.strip().isdigit() and int(head) in codes:
        meant, known = int(head), unicodedata.normalize("NFKC", codes[int(head)])
        if label and label.strip() != known:
            return Meaning(tidy)
        how = None if typed == f"{meant}={codes[meant]}" else "code"
        return Meaning(str(meant), number=Decimal(meant), how=how)
    for code, text in codes.items():
        if tidy == unicodedata.normalize("NFKC", text):
            return Meaning(str(code), number=Decimal(code), how="code_label")
    return Meaning(tidy)


def _text(tidy: str, typed: str, kind: str) -> Meaning:
    # Full-width punctuation belongs to Chinese text, so only the edges are tidied.
    kept = INVISIBLE.sub("", typed).strip()
    if kind == "number":
        return Meaning(tidy, text=tidy, how="number_as_text")
    return Meaning(kept, text=kept, how=None if kept == typed else "edges")
