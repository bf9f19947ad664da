"""The small city with two townships merged and one split, and its answers beside plain loops."""

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

import duckdb

from models.events import Effect, EventKind, Leg, UnitEvent
from models.units import Directory
from pipelines.building import build_warehouse
from pipelines.publish import publish_snapshot
from pipelines.records.events import add_event, unit_events
from pipelines.records.units import directory
from pipelines.registry import reading, writing
from tests.flow.conftest import AT, PERIODS
from tests.flow.independent import Independent
from tests.flow.independent_reporting import reporting
from tests.flow.independent_views import Views

Q1, Q2 = PERIODS
DAY = date(2026, 5, 1)
NEW, PART = "330702309999", "330723309999"
"""What two townships merge into, and the part of another that goes to the other county."""


def reshape(home, catalogue):
    """Merge and split in the second quarter, which is then built again and published."""
    with writing(home) as registry:
        for event in events(directory(registry)):
            add_event(registry, event)
        build_warehouse(home, registry, catalogue, [str(Q2)])
        publish_snapshot(home, registry, catalogue, "draft", AT)
    return home


def townships(units):
    """Three townships of the first county with returns in both quarters."""
    return [u for u in units.owing(Q1).values() if u.unit_kind == "township"][:3]


def events(units):
    one, two, three = townships(units)
    merged = replace(one, unit_code=NEW, valid_from=DAY, reports_from=DAY)
    away = replace(
        three, unit_code=PART, valid_from=DAY, reports_from=DAY, county_code="330723",
    )  # fmt: skip
    ended = [replace(each, valid_to=DAY, reports_to=DAY) for each in (one, two)]
    yield made("1", EventKind.MERGE, [(one.unit_code, NEW), (two.unit_code, NEW)], *ended, merged)
    legs = [(three.unit_code, three.unit_code, 0.6), (three.unit_code, PART, 0.4)]
    yield made("2", EventKind.SPLIT, legs, three, away)


def made(number, kind, legs, *after):
    where = tuple(Leg(*leg) for leg in legs)
    return UnitEvent(
        number, kind, DAY, where, "文1", "甲", datetime(2026, 5, 2), "改革", Effect((), after)
    )


def answers(home, select, keys=4):
    with duckdb.connect(str(home.warehouse), read_only=True) as con:
        return {row[:keys]: row[keys:] for row in con.execute(select).fetchall()}


def differing(mine, stored, is_asked=lambda row: row[-2]):
    """Where the two differ; a scope of which nobody is asked has no row."""
    asked = {key: row for key, row in mine.items() if is_asked(row)}
    assert len(asked) > 1000
    unlike = [key for key, row in asked.items() if not close(row, stored.get(key, ()))]
    return unlike + sorted(stored.keys() - asked.keys())


def independent(home, small_city, catalogue):
    with duckdb.connect(str(home.warehouse), read_only=True) as con:
        used = set(
            con.execute("SELECT unit_code, period FROM core.submission WHERE is_used").fetchall()
        )
    with reading(home) as registry:
        units: Directory = directory(registry)
        told = reporting(registry, catalogue, units, PERIODS)
        happened = unit_events(registry)
    city = small_city.sample.city
    returns = {place: (city[place].values, city[place].rows) for place in used}
    return Views(Independent(catalogue, units, returns, told), happened, Q2)


def close(mine, theirs):
    return len(mine) == len(theirs) and all(
        (one is None) == (other is None)
        and (one is None or abs(Decimal(str(one)) - other) <= Decimal("0.00002"))
        for one, other in zip(mine, theirs, strict=True)
    )
