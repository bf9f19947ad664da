"""履责: what a unit must do how often, by which norm, and which fields say whether it was done."""

from typing import Annotated, Any, Literal

from pydantic import Field as Limit
from pydantic import StringConstraints

from models.spec.base import Entry, Formula, Name, Zh

Cadence = Literal["month", "quarter", "half", "year", "term"]


class DutyExample(Entry):
    """Given field values, and what was expected and done."""

    given: dict[str, Any]
    expected: float | None
    done: float | None


class RegularDuty(Entry):
    """A duty (履责事项) that recurs.

    It concerns the kinds of unit that have the fields of its formulas, in the quarters in which
    these are asked; a yearly duty keeps the last answer of the year. `by` is the last day, as
    month and day, of a yearly duty that ends before the year does. `soon` counts what falls due
    within `soon_days`, where the formulas tell.
    """

    id: Name
    zh: Zh
    cadence: Cadence
    expected: Formula
    done: Formula
    soon: Formula | None = None
    uom: Zh
    norm: Annotated[str, StringConstraints(pattern=r"^N[0-9]{2}$")] | None = None
    by: Annotated[str, StringConstraints(pattern=r"^[0-9]{2}-[0-9]{2}$")] | None = None
    examples: Annotated[tuple[DutyExample, ...], Limit(min_length=2)]


class RegularDuties(Entry):
    """The file of duties: within how many days something is due soon, and the duties."""

    soon_days: Annotated[int, Limit(ge=1)]
    duties: tuple[RegularDuty, ...]
