"""Which rows a view asks for: counties, or the units of one; and the whole they add up to."""

from dataclasses import dataclass

import polars as pl

from dashboards.reader import Reader
from dashboards.view import CITY_CODE, LEVELS, View

CITY_ORGANS = f"{CITY_CODE}/city"


@dataclass(frozen=True)
class Scope:
    """What one row is about. `level` is a scope_level, `county` what a click on it opens."""

    level: str
    code: str
    name: str
    county: str


def whole(view: View) -> tuple[str, str]:
    """The scope that a view adds up to, as (scope_level, scope_code)."""
    if view.unit:
        return "unit", view.unit
    if view.county == CITY_CODE:
        return "county_level", f"{CITY_CODE}/{view.level or 'city'}"
    if view.county and view.level:
        return "county_level", f"{view.county}/{view.level}"
    if view.county:
        return "county", view.county
    return ("level", view.level) if view.level else ("city", CITY_CODE)


def rows_of(
    reader: Reader, view: View, counties: dict[str, str], duty: pl.DataFrame
) -> list[Scope]:
    """The rows of a chart by county: counties, or units once one county (or 市直) is chosen."""
    if view.county or view.level == "city":
        return _units(reader, view, duty)
    suffix = f"/{view.level}" if view.level else ""
    level = "county_level" if view.level else "county"
    rows = [Scope(level, f"{code}{suffix}", name, code) for code, name in counties.items()]
    if not view.level:
        rows.insert(0, Scope("county_level", CITY_ORGANS, counties_city_name(duty), CITY_CODE))
    return [row for row in rows if reader.may_see_total(row.county)]


def narrowed(view: View, reader: Reader, duty: pl.DataFrame) -> View:
    """The view as far as it is the reader's: what it has no right to is left out of the question.

    `duty` holds the units the reader may see, each in its county: no address can put a unit into
    another one.
    """
    if not reader.has_limits:
        return view
    counties = dict(duty.select("unit_code", "county_code").iter_rows())
    unit = min(reader.units, default=None) if reader.units is not None else view.unit
    if unit is not None and unit in counties:
        return view.at(unit, counties[unit])
    county = view.county or ""
    return view.over(county if reader.may_see_county(county) else min(reader.counties or (county,)))


def counties_city_name(duty: pl.DataFrame) -> str:
    """What 市直 is called, as the duty list names its level."""
    names = duty.filter(pl.col("level") == "city")["level_name"].unique().to_list()
    return str(names[0]) if names else CITY_CODE


def _units(reader: Reader, view: View, duty: pl.DataFrame) -> list[Scope]:
    rows = within(view, duty).sort("unit_code").iter_rows(named=True)
    return [
        Scope("unit", row["unit_code"], row["unit_name"], row["county_code"])
        for row in rows
        if reader.may_see_unit(row["unit_code"], row["county_code"])
    ]


def codes_of(unit_code: str, level: str, county_code: str) -> tuple[str, ...]:
    """The codes of the rows to which a unit belongs: itself, its level there, its county."""
    own = (unit_code, f"{county_code}/{level}")
    return own if level == "city" else (*own, county_code)


def within(view: View, duty: pl.DataFrame) -> pl.DataFrame:
    """The duties inside a view."""
    if view.county:
        duty = duty.filter(pl.col("county_code") == view.county)
    if view.unit:
        return duty.filter(pl.col("unit_code") == view.unit)
    return duty.filter(pl.col("level") == view.level) if view.level else duty


def level_rows(view: View, names: dict[str, str]) -> list[Scope]:
    """The rows of a chart by level, inside the chosen county if there is one."""
    levels = [view.level] if view.level else _levels_in(view.county)
    if view.county:
        return [
            Scope("county_level", f"{view.county}/{level}", names[level], view.county)
            for level in levels
        ]
    return [Scope("level", level, names[level], "") for level in levels]


def _levels_in(county: str | None) -> list[str]:
    if county is None:
        return list(LEVELS)
    return ["city"] if county == CITY_CODE else ["county", "township"]
