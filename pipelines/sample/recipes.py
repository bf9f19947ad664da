"""How slips are made: the recipes of `sample.yml`."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import Field as Limit

from models.spec.base import Entry, Formula


class Written(Entry):
    """Something written into a cell whatever its field asks for.

    `text` may name what belongs there: {value}, {number}, {wide} (full-width digits), {label}.
    A `number` is reckoned; an `error` is what Excel shows, an `uncached` a formula.
    """

    text: str | None = None
    number: Formula | None = None
    error: str | None = None
    uncached: str | None = None


class Recipe(Entry):
    """One slip: which part of a rule it breaks, and what it puts into which cells.

    A recipe that breaks nothing is one that is read all the same (`normalised`). If it names
    columns of a list, it is made in one row of it, one for which `where` holds.
    """

    breaks: str | None = None
    kind: str
    put: dict[str, Formula] = Limit(default_factory=dict)
    write: dict[str, Written] = Limit(default_factory=dict)
    where: Formula | None = None
    quarters: tuple[int, ...] = (1, 2, 3, 4)
    wide: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """The fields it writes to."""
        return (*self.put, *self.write)

    @property
    def alias(self) -> str | None:
        """The list in which it is made, if it is made in a list."""
        name = self.names[0]
        return name.partition(".")[0] if "." in name else None


def recipes_of(entries: Iterable[Mapping[str, Any]]) -> list[Recipe]:
    """The recipes as sample.yml tells them."""
    return [Recipe.model_validate_json(json.dumps(entry)) for entry in entries]
