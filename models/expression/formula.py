"""Pieces of worksheet formulas that know NULL.

A sheet has two truth values and SQL has three, so nothing is compiled into one formula: a value
comes with the conditions under which it is NULL, a statement with one formula for TRUE and one
for FALSE. IF hides from view what must not be computed. An array inside SUMPRODUCT cannot be
hidden so, hence arrays never hold an error, and their conditions are 0 and 1.
"""

from collections.abc import Callable
from dataclasses import dataclass

from models.expression.errors import NotInWorkbookError
from models.expression.tree import Node, arguments, name_of

LONGEST_FORMULA = 8192
LONGEST_TEXT = 255
YES, NO = "TRUE", "FALSE"


@dataclass(frozen=True)
class Value:
    """A value: its formula, which holds while none of the conditions in `nulls` does."""

    formula: str
    nulls: tuple[str, ...] = ()

    @property
    def null(self) -> str:
        """The condition under which the value is NULL."""
        return any_of(*self.nulls)

    @property
    def or_blank(self) -> str:
        """The formula for a cell that stays empty when the value is NULL."""
        return when_known(self.nulls, self.formula, '""')


@dataclass(frozen=True)
class Truth:
    """A statement: a formula that is TRUE when it holds, and one that is TRUE when it fails."""

    true: str
    false: str

    @property
    def negated(self) -> "Truth":
        """The statement that holds when this one fails."""
        return Truth(self.false, self.true)


@dataclass(frozen=True)
class Column:
    """A list column as arrays: the values, never an error, and 1 where they are known."""

    values: str
    known: str = "1"


@dataclass(frozen=True)
class Rows:
    """The rows of a list on its sheet.

    Attributes:
        exist: an array that is 1 where a row exists.
        last: how many rows there are, filled or not.
        last_letter: the sheet column of that number: 27 is AA.
    """

    exist: str
    last: str
    last_letter: str


@dataclass(frozen=True)
class SheetNames:
    """Where the names of an expression are found in a workbook; None where they are not.

    Attributes:
        cell: name -> value; `l1.x` outside an aggregate is the cell of the row judged.
        column: `l1.x` inside an aggregate -> array.
        rows: `l1` -> its rows.
        typed: name -> reference of the cell itself, of the area for a list column; for IS_INT,
            IS_NUM and IS_DATE.
    """

    cell: Callable[[str], Value | None]
    column: Callable[[str], Column | None] = lambda _: None
    rows: Callable[[str], Rows | None] = lambda _: None
    typed: Callable[[str], str | None] = lambda _: None

    def as_typed(self, node: Node) -> str:
        """Return the cell or area that IS_INT, IS_NUM or IS_DATE asks about.

        Raises:
            NotInWorkbookError: the workbook does not hold it.
        """
        name = name_of(arguments(node)[0])
        found = self.typed(name)
        if found is None:
            raise NotInWorkbookError(name, "the workbook does not hold it as typed")
        return found


def any_of(*conditions: str) -> str:
    """Join conditions with OR."""
    return _joined("OR", conditions, decided=YES, idle=NO)


def all_of(*conditions: str) -> str:
    """Join conditions with AND."""
    return _joined("AND", conditions, decided=NO, idle=YES)


def when_known(nulls: tuple[str, ...], formula: str, otherwise: str) -> str:
    """Return `formula`, or `otherwise` when one of the conditions holds."""
    null = any_of(*nulls)
    if null in (YES, NO):
        return otherwise if null == YES else formula
    return f"IF({null},{otherwise},{formula})"


def merged(*values: Value) -> tuple[str, ...]:
    """Return the conditions under which one of several values is NULL."""
    return tuple(dict.fromkeys(null for value in values for null in value.nulls))


def product(*factors: str) -> str:
    """Join the 0/1 arrays of conditions that must all hold."""
    kept = [factor for factor in dict.fromkeys(factors) if factor != "1"]
    if "0" in kept:
        return "0"
    return "*".join(kept) or "1"


def either(*conditions: str) -> str:
    """Join the 0/1 arrays of conditions of which one must hold."""
    kept = [condition for condition in dict.fromkeys(conditions) if condition != "0"]
    if "1" in kept or not kept:
        return "1" if kept else "0"
    return kept[0] if len(kept) == 1 else f"(({'+'.join(kept)})>0)"


def opposite(condition: str) -> str:
    """Turn a 0/1 array round."""
    return {"0": "1", "1": "0"}.get(condition, f"(1-{condition})")


def blended(condition: str, value: str, otherwise: str) -> str:
    """Return IF(condition, value, otherwise) for arrays of numbers, without IF."""
    if value == otherwise or condition in ("0", "1"):
        return otherwise if condition == "0" else value
    return f"({product(condition, value)}+{product(opposite(condition), otherwise)})"


def sheet_text(text: str) -> str:
    """Return a text as a formula holds it.

    Raises:
        NotInWorkbookError: it is longer than a formula may hold.
    """
    if len(text) > LONGEST_TEXT:
        raise NotInWorkbookError(text[:20], "a formula holds texts of up to 255 characters")
    return '"' + text.replace('"', '""') + '"'


def fitting(formula: str) -> str:
    """Return a formula that is short enough, sign of equality included.

    Raises:
        NotInWorkbookError: it is too long.
    """
    if len(formula) + 1 >= LONGEST_FORMULA:
        raise NotInWorkbookError(formula[:60], f"the formula has {len(formula)} characters")
    return formula


def _joined(word: str, conditions: tuple[str, ...], *, decided: str, idle: str) -> str:
    kept = [condition for condition in dict.fromkeys(conditions) if condition != idle]
    if decided in kept:
        return decided
    if len(kept) < 2:  # noqa: PLR2004 - one condition needs no joining
        return kept[0] if kept else idle
    return f"{word}({','.join(kept)})"
