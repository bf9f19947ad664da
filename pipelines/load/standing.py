"""现行架构: where units stand at the end of the last quarter, and who carries on those that ended.

History is added up again under it (view `today`), so it belongs to no quarter: when it changes, the
past changes its place.
"""

from collections.abc import Mapping, Sequence
from datetime import date

import duckdb
import polars as pl
from polars.datatypes import DataTypeClass
from sqlalchemy import Connection

from models.catalogue_model import Catalogue
from models.period import Period
from models.succession import broken, heirs
from pipelines.records.events import unit_events
from pipelines.records.units import directory
from pipelines.warehouse import exists

SHARE = pl.Decimal(9, 8)
SUCCESSION: dict[str, pl.DataType | DataTypeClass] = {
    **dict.fromkeys(("period", "unit_code"), pl.String),
    "leg": pl.Int32,
    "heir_code": pl.String,
    **dict.fromkeys(("share_from", "share_to"), SHARE),
    "is_estimated": pl.Boolean,
}
PRESENT = ("unit_code", "county_code", "level", "unit_kind", "leading_system")
COMPARED = ("period", "compare_to", "kind")
STANDING = ("core.present", "core.succession")
DUTY = "core.duty"
"""What history is added up by. What else is made here belongs to the later of two quarters."""


def standing_tables(
    registry: Connection, catalogue: Catalogue, periods: Sequence[str]
) -> dict[str, pl.DataFrame]:
    """Return table name -> rows, for the quarters that the warehouse will hold."""
    events = unit_events(registry)
    days = {period: Period.parse(period).last_day for period in periods}
    last = max(days.values(), default=date.min)
    succession = [
        (period, code, leg, heir.unit_code, heir.share_from, heir.share_to, heir.is_estimated)
        for period, day in days.items()
        for code, some in heirs(events, day, last).items()
        for leg, heir in enumerate(some, start=1)
    ]
    compared = comparisons(periods)
    changed = [
        (*row, code)
        for row in compared
        for code in sorted(broken(events, days[row[1]], days[row[0]]))
    ]
    return {
        "core.present": _present(registry, catalogue, last),
        "core.succession": pl.DataFrame(succession, schema=SUCCESSION, orient="row"),
        "core.comparison": _texts(compared, COMPARED),
        "core.broken_unit": _texts(changed, (*COMPARED, "unit_code")),
    }


def comparisons(periods: Sequence[str]) -> list[tuple[str, str, str]]:
    """(quarter, quarter to compare with, kind): the one before, and that of the year before."""
    found = [
        (period, str(Period.parse(period).shifted(-back)), kind)
        for period in periods
        for back, kind in ((1, "previous"), (4, "year"))
    ]
    return [row for row in found if row[1] in periods]


def quarters_moved(
    con: duckdb.DuckDBPyConnection, tables: Mapping[str, pl.DataFrame], periods: Sequence[str]
) -> list[str]:
    """The quarters, among those given, whose units stand elsewhere than when they were built."""
    if not all(exists(con, table) for table in (*STANDING, DUTY)):
        return list(periods)
    before = {table: con.sql(f"SELECT * FROM {table}").pl() for table in STANDING}  # noqa: S608
    was, now = before["core.present"], tables["core.present"]
    if was.join(now, on=now.columns, how="anti", nulls_equal=True).height:
        return list(periods)
    # Most units that are new have no past; one whose abolition was undone has.
    come = now.join(was, on=now.columns, how="anti", nulls_equal=True)
    returned = _quarters_of(con, come["unit_code"].to_list(), tables["core.succession"])
    return [
        period
        for period in periods
        if period in returned
        or not _of(before["core.succession"], period).equals(_of(tables["core.succession"], period))
    ]


def _quarters_of(
    con: duckdb.DuckDBPyConnection, codes: Sequence[str], succession: pl.DataFrame
) -> frozenset[str]:
    """The quarters with a past of these units, of their own or taken over."""
    own = con.execute(
        f"SELECT DISTINCT period FROM {DUTY} WHERE unit_code = ANY(?::VARCHAR[])",  # noqa: S608
        [list(codes)],
    ).fetchall()
    taken_over = succession.filter(pl.col("heir_code").is_in(list(codes)))["period"]
    return frozenset({*(period for (period,) in own), *taken_over})


def _of(succession: pl.DataFrame, period: str) -> pl.DataFrame:
    return succession.filter(pl.col("period") == period).sort("unit_code", "leg")


def _present(registry: Connection, catalogue: Catalogue, day: date) -> pl.DataFrame:
    rows = [
        (*(getattr(unit, name) for name in PRESENT), catalogue.structure.city.code)
        for unit in directory(registry).versions
        if unit.covers(day)
    ]
    return _texts(rows, (*PRESENT, "city_code"))


def _texts(rows: Sequence[tuple[str, ...]], names: Sequence[str]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row")
