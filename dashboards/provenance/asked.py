"""What is asked of a snapshot, by whom, in which structure view."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import duckdb
import polars as pl

from dashboards.privacy import is_guarded
from dashboards.provenance.absence import why_none
from dashboards.provenance.placed import SEEN
from dashboards.provenance.wherever import place_name
from dashboards.reader import CITY, Reader
from dashboards.structures import NEEDED, Structure
from dashboards.view import TODAY
from models.catalogue_model import Catalogue


class NothingToExplainError(Exception):
    """There is no such number in the snapshot for this reader; `reason` names the text."""

    def __init__(self, reason: str, **fills: object) -> None:
        super().__init__(reason)
        self.reason = reason
        self.fills = fills


@dataclass(frozen=True)
class Asked:
    """One question: about which scope and quarter, who asks, how many rows are told.

    `level` is given where a code names scopes of two levels.
    """

    con: duckdb.DuckDBPyConnection
    catalogue: Catalogue
    scope: str
    period: str
    level: str | None = None
    reader: Reader = CITY
    limit: int | None = None
    under: Structure = field(default_factory=Structure)

    def rows(self, sql: str, **params: object) -> list[tuple[Any, ...]]:
        """Ask with those of the named parameters that the question uses."""
        known = {
            "period": self.period,
            "scope": self.scope,
            "level": self.level,
            "view": self.under.name,
            "compare_to": self.under.compare_to,
            "counties": _listed(self.reader.counties),
            "mine": _listed(self.reader.units),
            **params,
        }
        used = {name: value for name, value in known.items() if f"${name}" in sql}
        return self.con.execute(sql, used).fetchall()

    def ask(self, sql: str, *params: object) -> pl.DataFrame:
        """Ask with parameters by their place; the rows as a frame."""
        rows: pl.DataFrame = self.con.sql(sql, params=list(params)).pl()
        return rows

    def column(self, table: str, name: str) -> str:
        """The column, or NULL in a snapshot made before there was one."""
        return name if (table, name) in self._columns else "NULL"

    @cached_property
    def _columns(self) -> set[tuple[str, str]]:
        return set(
            self.con.execute(
                "SELECT table_schema || '.' || table_name, column_name"
                " FROM information_schema.columns"
            ).fetchall()
        )

    @property
    def place(self) -> str:
        """What the scope is called."""
        return place_name(self.con, self.catalogue, self.level, self.scope)

    @property
    def is_open(self) -> bool:
        """Whether numbers of few persons are open to the reader here."""
        return self.reader.sees_small_groups or self.is_own

    def hides(self, name: str) -> bool:
        """Whether the name is an indicator that may tell the reader of a few persons."""
        entry = self.catalogue.indicators.get(name)
        guarded = entry is not None and is_guarded(entry, self.catalogue.fields)
        return guarded and not self.is_open

    @property
    def is_own(self) -> bool:
        """Whether the reader asks about a unit of its own."""
        return self.scope in (self.reader.units or ())

    @property
    def tables(self) -> set[str]:
        """The tables that the snapshot holds."""
        return {table for table, _ in self._columns}

    def must_be_held(self) -> None:
        """Refuse a structure view of which the snapshot knows nothing.

        Raises:
            NothingToExplainError: a table of it is not there.
        """
        if not self.tables.issuperset(NEEDED.get(self.under.name, ())):
            raise NothingToExplainError("no_view")

    def must_be_seen(self, name: str) -> None:
        """Refuse a number of a scope that is not the reader's, as if it were not there.

        Raises:
            NothingToExplainError: the reader may not see it.
        """
        if self.reader.counties is None and self.reader.units is None:
            return
        known = "core.duty AS duty WHERE period = $period AND unit_code = $scope"
        if self.under.name == TODAY:  # an heir owed nothing before it was there
            known = "core.present AS duty WHERE unit_code = $scope"
        rows = self.rows(f"SELECT count(*), count(*) FILTER (WHERE {SEEN}) FROM {known}")  # noqa: S608
        county = self.scope.partition("/")[0]
        hidden = rows[0][0] > 0 and not rows[0][1]
        if self.level in {"county", "county_level"} and not self.reader.may_see_total(county):
            hidden = True
        if self.level in {"kind", "system"}:  # there may be one unit in it
            hidden = True
        if hidden:
            self.nothing(name)

    def nothing(self, name: str) -> None:
        """Say that there is no such number.

        Raises:
            NothingToExplainError: always.
        """
        told = {"indicator": name, "scope": self.scope, "period": self.period}
        reason, fills = ("no_value", told) if self.reader.has_limits else why_none(self, name)
        raise NothingToExplainError(reason, **fills)


def _listed(codes: frozenset[str] | None) -> list[str] | None:
    return None if codes is None else sorted(codes)


def number(value: Any) -> float | None:
    """A decimal of the snapshot as JSON has it."""
    return None if value is None else float(value)
