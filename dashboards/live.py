"""What the registry says at this moment, told by whoever serves the site; a snapshot is older.

The site knows no registry: it is handed a function, and without one it tells what was published.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

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
class Live:
    """The registry at a moment. `health` is said as it is: what, how it is, whether all is well."""

    at: datetime
    units: tuple[LiveUnit, ...]
    health: tuple[tuple[str, str, bool], ...] = ()
    scheduler: str = ""


LiveOf = Callable[[str], Live]
"""Quarter -> the registry now."""
