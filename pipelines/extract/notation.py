"""References and formulas in the notations of other formats, as Excel writes them (A1)."""

import re
from collections.abc import Callable

from pipelines.extract.book import Spot, column, letters

# A whole reference to one cell: 'F1 名称'!$C$5, in OpenDocument $'F1 名称'.$C$5.
SINGLE = re.compile(
    r"^=?\$?'?(?P<sheet>(?:[^']|'')+?)'?[!.]\$?(?P<col>[A-Z]{1,3})\$?(?P<row>[0-9]{1,7})$"
)
SINGLE_R1C1 = re.compile(
    r"^='?(?P<sheet>(?:[^']|'')+?)'?!R(?P<row>[0-9]{1,7})C(?P<col>[0-9]{1,5})$"
)
TEXT = re.compile(r'("(?:[^"]|"")*")')
LITERAL = re.compile(r'("(?:[^"]|"")*"|\'(?:[^\']|\'\')*\')')
OPEN_REFERENCE = re.compile(r"\[([^\[\]]*)\]")
R1C1 = re.compile(r"(?<![\w.])R(\[-?[0-9]+\]|[0-9]+)?C(\[-?[0-9]+\]|[0-9]+)?(?![\w.(])")


def single_cell(text: str) -> Spot | None:
    """The one cell that a reference in A1 notation names; None for a range or anything else."""
    found = SINGLE.match(text)
    if found is None:
        return None
    return found["sheet"].replace("''", "'"), int(found["row"]) - 1, column(found["col"])


def single_cell_r1c1(text: str) -> Spot | None:
    """The one cell that an absolute reference in R1C1 notation names."""
    found = SINGLE_R1C1.match(text)
    if found is None:
        return None
    return found["sheet"].replace("''", "'"), int(found["row"]) - 1, int(found["col"]) - 1


def from_open_formula(text: str) -> str:
    """`of:=IF([.C5];1;2)` -> `IF(C5,1,2)`."""
    bare = text.partition("=")[2] if text[:4] in {"of:=", "oooc"} else text.removeprefix("=")

    def a1(part: str) -> str:
        referred = OPEN_REFERENCE.sub(lambda found: _open_reference(found[1]), part)
        return referred.replace(";", ",")

    return _outside(TEXT, bare, a1)


def _open_reference(inner: str) -> str:
    """`$'F1 名称'.A1:.B2` -> `'F1 名称'!A1:B2`."""
    kept = []
    for part in inner.split(":"):
        sheet, _, cell = part.rpartition(".")
        name = sheet.removeprefix("$")
        kept.append(f"{name}!{cell}" if name else cell)
    return ":".join(kept)


def from_r1c1(text: str, row: int, col: int) -> str:
    """`=R[-1]C+R5C3` in a cell -> `C4+$C$5`."""

    def a1(found: re.Match[str]) -> str:
        return _letter(found[2], col) + _number(found[1], row)

    return _outside(LITERAL, text.removeprefix("="), lambda part: R1C1.sub(a1, part))


def _letter(part: str | None, col: int) -> str:
    at = _from(part, col)
    return f"${letters(at)}" if part and part[0] != "[" else letters(at)


def _number(part: str | None, row: int) -> str:
    at = _from(part, row)
    return f"${at + 1}" if part and part[0] != "[" else str(at + 1)


def _from(part: str | None, here: int) -> int:
    """Where an R or C part leads: `[-1]` is one before, `5` is the fifth, nothing is here."""
    if not part:
        return here
    return max(0, here + int(part[1:-1]) if part[0] == "[" else int(part) - 1)


def _outside(literal: re.Pattern[str], formula: str, change: Callable[[str], str]) -> str:
    parts = literal.split(formula)
    return "".join(part if number % 2 else change(part) for number, part in enumerate(parts))
