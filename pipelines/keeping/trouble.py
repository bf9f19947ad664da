"""What a probe of an installation finds, and what it is given to look at."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from models.catalogue_model import Catalogue
from pipelines.settings import Home

Severity = Literal["problem", "hint"]
"""A problem must be seen to; a hint says what is left out, or what the next run will do."""


@dataclass(frozen=True)
class Visit:
    """An installation at an hour; `deep` reads every byte."""

    home: Home
    catalogue: Catalogue
    at: datetime
    deep: bool


@dataclass(frozen=True)
class Trouble:
    """One thing that is wrong; `name` is its text in `wording/keeping.yml`."""

    severity: Severity
    name: str
    fills: dict[str, Any]


Probe = Callable[[Visit], Iterator[Trouble]]


def problem(name: str, /, **fills: object) -> Trouble:
    """A trouble that must be seen to."""
    return Trouble("problem", name, fills)


def hint(name: str, /, **fills: object) -> Trouble:
    """A trouble that one can live with."""
    return Trouble("hint", name, fills)


@contextmanager
def looking_at(visit: Visit) -> Iterator[sqlite3.Connection]:
    """The registry as it is, for questions only: nothing is upgraded by being looked at."""
    address = f"{visit.home.registry.as_uri()}?mode=ro"
    with closing(sqlite3.connect(address, uri=True)) as con:
        yield con
