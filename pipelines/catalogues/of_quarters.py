"""Which catalogue each quarter is computed under: the one it was published with, else today's.

What was published as final keeps its definitions, through corrections too; a later catalogue is for
later quarters. Two persons may decide that a published quarter is computed anew (`redefine`).
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from models.catalogue_model import Catalogue
from models.registry import decision, snapshot
from pipelines.catalogues.kept import kept_catalogue
from pipelines.records.quarters import in_force
from pipelines.settings import Home

TWO_PERSONS = 2


@dataclass(frozen=True, eq=False)
class QuarterCatalogues:
    """The catalogue of today, and by its hash that of every quarter published as final."""

    home: Home
    today: Catalogue
    hashes: Mapping[str, str]

    def hash_of(self, period: str) -> str:
        """The hash of the catalogue that a quarter is computed under."""
        return self.hashes.get(period, self.today.hash)

    def of(self, period: str) -> Catalogue:
        """The catalogue that a quarter is computed under.

        Raises:
            LostCatalogueError: it is not kept, or not as it was.
            OtherProgramError: it says something that this program does not understand.
        """
        wanted = self.hash_of(period)
        return self.today if wanted == self.today.hash else kept_catalogue(self.home, wanted)

    def groups(self, periods: Iterable[str]) -> list[tuple[Catalogue, list[str]]]:
        """The quarters of each catalogue, in order of time; a catalogue may come again."""
        found: list[tuple[Catalogue, list[str]]] = []
        for period in periods:
            mine = self.of(period)
            if not found or found[-1][0].hash != mine.hash:
                found.append((mine, []))
            found[-1][1].append(period)
        return found

    def others(self, periods: Iterable[str]) -> list[Catalogue]:
        """The catalogues of these quarters that are not today's, each once."""
        wanted = {self.hash_of(period): period for period in periods}
        return [self.of(period) for name, period in wanted.items() if name != self.today.hash]


def quarter_catalogues(home: Home, registry: Connection, today: Catalogue) -> QuarterCatalogues:
    """What the registry recorded of every publication, and what was decided since."""
    return QuarterCatalogues(home, today, recorded_hashes(registry))


def recorded_hashes(registry: Connection) -> dict[str, str]:
    """Quarter -> the catalogue of its last final publication; not of a quarter to be redefined."""
    return {
        period: name
        for period, (name, at) in last_finals(registry).items()
        if len(redefined_by(registry, period, at)) < TWO_PERSONS
    }


def last_finals(registry: Connection) -> dict[str, tuple[str, datetime]]:
    """Quarter -> the catalogue and the hour of its last final publication.

    Publications made before catalogues were kept recorded none that could be opened.
    """
    found: dict[str, tuple[str, datetime]] = {}
    for row in registry.execute(
        select(snapshot)
        .where(snapshot.c.kind == "final", snapshot.c.sql_hash.is_not(None))
        .order_by(snapshot.c.made_at, snapshot.c.snapshot_id)
    ):
        under = json.loads(row.catalogues) if row.catalogues else {}
        for period, kind in json.loads(row.periods).items():
            if kind == "final":
                found[period] = (under.get(period, row.catalogue_hash), row.made_at)
    return found


def redefined_by(registry: Connection, period: str, since: datetime) -> set[str]:
    """Who has decided since then that the quarter is to be computed under today's catalogue."""
    return set(
        registry.execute(
            select(decision.c.decided_by).where(
                decision.c.period == period,
                decision.c.action == "redefine",
                decision.c.decided_at >= since,
                in_force(),
            )
        ).scalars()
    )
