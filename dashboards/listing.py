"""A table of words: its heads and lines, the same on the page and in a file."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from dashboards.address import county_path, unit_path
from dashboards.answers import Question
from dashboards.tables import Cell
from dashboards.view import view_search


@dataclass(frozen=True)
class Listing:
    """A table. `lacking` names what the snapshot has not got; `headline` is computed, or none.

    `nothing` is said where there is no line, `after` below the table.
    """

    heads: tuple[str, ...]
    lines: Sequence[Sequence[Cell]]
    lacking: tuple[str, ...] = ()
    headline: str | None = None
    nothing: str = ""
    after: str = ""

    @property
    def texts(self) -> list[tuple[str, ...]]:
        """The lines for a file: no colour, no links."""
        return [
            tuple(cell if isinstance(cell, str) else cell[0] for cell in line)
            for line in self.lines
        ]


def heads(question: Question, *names: str) -> tuple[str, ...]:
    """The heads of columns, as the catalogue calls them."""
    return tuple(question.catalogue.say(f"dashboards.{name}_column") for name in names)


def lacking(question: Question, *tables: str) -> tuple[str, ...]:
    """The tables that the snapshot, made by an earlier program, has not got."""
    return tuple(name for name in tables if not question.snapshot.holds(name))


def county_names(question: Question) -> dict[str, str]:
    """Every county, and 市直 under the code of the city."""
    city = question.catalogue.say("dashboards.city_organs")
    return {**question.catalogue.counties, question.catalogue.structure.city.code: city}


def link(question: Question, path: str) -> str:
    """An address that keeps the quarter and the structure, and nothing else."""
    return path + view_search(question.view.anywhere(), question.snapshot.periods)


def unit_cells(question: Question) -> Callable[[str, str], Cell]:
    """How units are named: with the way to their page, where the reader may see them."""
    seen = set(question.duty["unit_code"])

    def cell(code: str, name: str) -> Cell:
        return (name, "", link(question, unit_path(code))) if code in seen else name

    return cell


def county_cell(question: Question, code: str) -> Cell:
    """A county's name that leads to its page, for whoever may see that."""
    name = county_names(question)[code]
    if not question.reader.may_see_total(code):
        return name
    return (name, "", link(question, county_path(code)))
