"""What is looked at: period, level, county, unit, structure; in the address and nowhere else."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from urllib.parse import parse_qs, urlencode

from models.period import Period

CITY_CODE = "330700"
LEVELS = ("city", "county", "township")
AS_REPORTED, TODAY, SAME_UNITS = "as_reported", "today", "same_units"
STRUCTURES = (AS_REPORTED, TODAY, SAME_UNITS)
UNIT_CODE = re.compile(r"[0-9]{12}")


@dataclass(frozen=True)
class View:
    """One state of the filters; None means all."""

    period: str
    level: str | None = None
    county: str | None = None
    unit: str | None = None
    structure: str = AS_REPORTED

    def over(self, county: str | None) -> "View":
        """The same view of another county, or of all."""
        return replace(self, county=county, unit=None)

    def at(self, unit: str, county: str) -> "View":
        """The same quarter of one unit."""
        return replace(self, level=None, county=county, unit=unit)

    def anywhere(self) -> "View":
        """The same quarter and structure, of no place."""
        return View(self.period, structure=self.structure)

    def under(self, structure: str) -> "View":
        """The same view in another structure."""
        return replace(self, structure=structure)


def parse_view(search: str | None, periods: Sequence[str], counties: Collection[str]) -> View:
    """Read `?q=2026Q3&lv=township&ct=330702`; what is missing or unknown becomes the default.

    `periods` is in order of time: the last one is the default.
    """
    asked = {key: values[-1] for key, values in parse_qs((search or "").lstrip("?")).items()}
    period, level, county = asked.get("q"), asked.get("lv"), asked.get("ct")
    unit, structure = asked.get("un", ""), asked.get("vw", "")
    return View(
        period if period and period in periods else periods[-1],
        level if level in LEVELS else None,
        county if county in {CITY_CODE, *counties} else None,
        unit if UNIT_CODE.fullmatch(unit) else None,
        structure if structure in STRUCTURES else AS_REPORTED,
    )


def absent_quarter(search: str | None, periods: Collection[str]) -> Period | None:
    """The quarter that is asked for and not there; what is no quarter is not asked for."""
    asked = parse_qs((search or "").lstrip("?")).get("q", [""])[-1]
    try:
        quarter = Period.parse(asked)
    except ValueError:
        return None
    return None if str(quarter) in periods else quarter


def view_search(view: View, periods: Sequence[str]) -> str:
    """Write a view as the address's search, defaults omitted."""
    asked = {
        "q": None if view.period == periods[-1] else view.period,
        "lv": view.level,
        "ct": view.county,
        "un": view.unit,
        "vw": None if view.structure == AS_REPORTED else view.structure,
    }
    text = urlencode({key: value for key, value in asked.items() if value})
    return f"?{text}" if text else ""


def compared_period(period: str, periods: Sequence[str]) -> str | None:
    """The same quarter of last year, else the quarter before, else nothing."""
    last_year = f"{int(period[:4]) - 1}{period[4:]}"
    earlier = [other for other in periods if other < period]
    if last_year in periods:
        return last_year
    return earlier[-1] if earlier else None
