"""What one typed text means in a field of its type. Pure; says when it changed anything.

A text that cannot be read is left as it is: whether that is a finding is the catalogue's to say
(rules R002 to R005 look at the plain text).
"""

import re
import unicodedata
from collections.abc import Mapping
from decimal import Decimal

from models.spec.form import Field, FieldType
from pipelines.clean.days import day
from pipelines.clean.meaning import Meaning
from pipelines.clean.numbers import number

# Without the two that turn the order of signs round: `12` behind them is shown as 21.
INVISIBLE = re.compile("[\u00a0\u2007\u200b-\u200f\u2028-\u202c\u202f\u2060\ufeff]")
WIDE_DIGITS = frozenset(map(chr, range(0xFF10, 0xFF1A)))
BLANKS = re.compile(r"\s+")
DIGIT = re.compile("[0-9]")
CODE = re.compile(r"^([0-9]{1,3})(?:\.0*)?\s*(?:[=:.、-]\s*(.*))?$", re.DOTALL)
UNREAD = frozenset({"error", "uncached", "lossy", "conflict"})
"""Kinds of cells that hold nothing to be believed."""

CODE_ENDINGS = ("_code", "_id")


def read(typed: str | None, kind: str, field: Field, codes: Mapping[int, str]) -> Meaning:
    """Read a typed text; `kind` is the cell's, `codes` those of the field's code list."""
    if typed is None or kind in UNREAD or _has_marks(typed, field):
        return Meaning(typed)
    tidy = INVISIBLE.sub("", unicodedata.normalize("NFKC", typed)).strip()
    if not tidy:
        return Meaning(None, how="blank_characters")
    match field.type:
        case FieldType.INT | FieldType.DECIMAL:
            return number(tidy, typed, kind, field)
        case FieldType.DATE:
            return day(tidy, typed, kind)
        case FieldType.ENUM:
            return _code(tidy, typed, codes)
        case FieldType.TEXT:
            return _text(tidy, typed, kind, field)


def _has_marks(typed: str, field: Field) -> bool:
    """Whether a sign stands in a value that is no digit and would become one: `5①`, `1²`, `⒈`."""
    if typed.isascii() or field.type is FieldType.TEXT:
        return False
    return any(
        sign not in WIDE_DIGITS and DIGIT.search(tidied)
        for sign in typed
        if (tidied := unicodedata.normalize("NFKC", sign)) != sign
    )


def _code(tidy: str, typed: str, codes: Mapping[int, str]) -> Meaning:
    """A code as drop-downs print it (`1=是`), alone, or its label; never one that contradicts."""
    told = CODE.match(tidy)
    if told and int(told[1]) in codes:
        meant = int(told[1])
        if told[2] and _squeezed(told[2]) != _squeezed(codes[meant]):
            return Meaning(tidy)
        how = None if typed == f"{meant}={codes[meant]}" else "code"
        return Meaning(str(meant), number=Decimal(meant), how=how)
    same = [code for code, label in codes.items() if _squeezed(label) == _squeezed(tidy)]
    if len(same) == 1:
        return Meaning(str(same[0]), number=Decimal(same[0]), how="code_label")
    return Meaning(tidy)


def _squeezed(text: str) -> str:
    return BLANKS.sub("", unicodedata.normalize("NFKC", text))


def _text(tidy: str, typed: str, kind: str, field: Field) -> Meaning:
    if kind in {"number", "percent", "serial_1904"}:
        return Meaning(tidy, text=tidy, how="number_as_text")
    if field.name.endswith(CODE_ENDINGS):
        # A code has no blanks and no wide characters, whoever typed it.
        bare = BLANKS.sub("", tidy)
        return Meaning(bare, text=bare, how=None if bare == typed else "width")
    # Full-width punctuation belongs to Chinese text, so only the edges are tidied.
    kept = INVISIBLE.sub("", typed).strip()
    return Meaning(kept, text=kept, how=None if kept == typed else "edges")
