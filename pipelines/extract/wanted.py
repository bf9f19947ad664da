"""What the child is told of the catalogue, and what it answers with: plain values, no models."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, NamedTuple, Self

BLANKS = re.compile(r"[\s\u00a0\u2000-\u200f\u2028-\u202f\u205f\u2060\u3000\ufeff]+")


class Declared(NamedTuple):
    """A cell that the catalogue declares: how it is named in the workbook, and what it is."""

    name: str
    code: str
    form: str
    field: str
    alias: str | None
    owned: bool
    type: str
    label: str
    uom: str | None

    @property
    def labels(self) -> tuple[str, str]:
        """Its label as printed beside a cell and over a column, squeezed."""
        return squeezed(self.label), squeezed(f"{self.label}({self.uom or ''})")


class Cell(NamedTuple):
    """A cell as typed, with its address."""

    sheet: str
    cell: str
    form: str
    field: str
    line: int | None
    typed: str | None
    kind: str
    formula: str | None


class Aside(NamedTuple):
    """What stands in a file beside the cells that were asked for, or how these were found.

    `what` is one of: `stray`, `label` (something typed where nothing is to be typed, or over what
    was printed), `note`, `total`, `total_differs`, `rows_unread`, `rival` (a second place for a
    list), `misprint` (the label or the unit of measure of another cell), `renamed`, `by_code`,
    `by_label`, `left_out` (a sheet not read).
    """

    what: str
    sheet: str
    cell: str | None = None
    form: str | None = None
    field: str | None = None
    line: int | None = None
    typed: str | None = None
    expected: str | None = None


@dataclass(frozen=True)
class Wanted:
    """The declared cells, and the words that templates and people put around them."""

    cells: tuple[Declared, ...]
    titles: Mapping[str, str]
    printed: frozenset[str]
    heading: str
    totals: frozenset[str]
    notes: tuple[str, ...]
    claimed: tuple[str, ...]

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> Self:
        """What `store.declared` wrote."""
        return cls(
            cells=tuple(Declared(**item) for item in told["cells"]),
            titles=told["titles"],
            printed=frozenset(told["printed"]),
            heading=told["heading"],
            totals=frozenset(told["totals"]),
            notes=tuple(told["notes"]),
            claimed=tuple(told["claimed"]),
        )

    @cached_property
    def by_code(self) -> dict[str, Declared]:
        """Code printed beside a cell -> the cell."""
        return {item.code: item for item in self.cells}

    @cached_property
    def by_label(self) -> dict[str, dict[str, Declared]]:
        """Form -> squeezed label -> the cell; labels that two cells share are left out."""
        found: dict[str, dict[str, Declared]] = {}
        twins = set()
        for item in self.cells:
            labels = found.setdefault(item.form, {})
            for label in set(item.labels):
                if label in labels:
                    twins.add((item.form, label))
                labels[label] = item
        for form, label in twins:
            del found[form][label]
        return found

    @cached_property
    def labels(self) -> dict[str, frozenset[str]]:
        """Form -> its labels, squeezed; also those that two cells share."""
        found: dict[str, set[str]] = {}
        for item in self.cells:
            found.setdefault(item.form, set()).update(item.labels)
        return {form: frozenset(labels) for form, labels in found.items()}

    @cached_property
    def uoms(self) -> frozenset[str]:
        """The units of measure that templates print."""
        return frozenset(item.uom for item in self.cells if item.uom)

    @cached_property
    def printed_squeezed(self) -> frozenset[str]:
        """The printed texts without blanks, for those that somebody has reflowed."""
        return frozenset(squeezed(text) for text in self.printed)


@lru_cache(maxsize=1 << 16)  # the same cells are looked at for every form
def squeezed(text: str) -> str:
    """A text without blanks, line breaks and differences of width."""
    return BLANKS.sub("", unicodedata.normalize("NFKC", text))
