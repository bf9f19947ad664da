"""What the registry says at this moment, told by whoever serves the site; a snapshot is older.

The site knows no registry: it is handed a function, and without one it tells what was published.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from dashboards.reader import Reader

STATES = {
    "missing": 1,
    "returned": 2,
    "explain": 3,
    "received": 4,
    "ready": 4,
    "county_approved": 5,
    "city_approved": 5,
    "locked": 5,
}
"""Where a return stands -> the part of the bar; what is waived has none."""


Fact = tuple[str, str, bool]
"""What, how it is, whether all is well."""


@dataclass(frozen=True)
class LiveUnit:
    """One unit that owes a return, and what it still has to do (nothing if `todo` is empty)."""

    unit_code: str
    unit_name: str
    level: str
    county_code: str
    state: str
    todo: str = ""
    is_late: bool = False


@dataclass(frozen=True)
class DirectoryProblem:
    """Something in the directory that is to be put right: what kind, of which unit, and what."""

    kind: str
    unit_code: str
    unit_name: str
    county_code: str
    text: str


@dataclass(frozen=True)
class Live:
    """The registry at a moment. `health` is said as it is: what, how it is, whether all is well.

    `decided` has the status of every sharing proposal that a person decided on.
    """

    at: datetime
    units: tuple[LiveUnit, ...]
    health: tuple[Fact, ...] = ()
    scheduler: str = ""
    decided: Mapping[str, str] = field(default_factory=dict)
    directory: tuple[DirectoryProblem, ...] = ()

    def seen_by(self, reader: Reader) -> "Live":
        """What of it a reader may know: the machinery is for those who see the whole city."""
        if not reader.has_limits:
            return self

        def seen(one: LiveUnit | DirectoryProblem) -> bool:
            return reader.may_see_unit(one.unit_code, one.county_code)

        units, problems = filter(seen, self.units), filter(seen, self.directory)
        return replace(self, units=tuple(units), directory=tuple(problems), health=(), scheduler="")


LiveOf = Callable[[str], Live]
"""Quarter -> the registry now."""
