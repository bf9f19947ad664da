"""What the scope of a number is called in Chinese, and which scope is called so."""

import unicodedata

import duckdb

from models.catalogue_model import Catalogue

UNIT = """
    SELECT unit_name FROM core.duty WHERE unit_code = $scope ORDER BY period DESC LIMIT 1
"""
UNITS = "SELECT unit_name, unit_code FROM core.duty WHERE period = $period"


def scopes_called(
    con: duckdb.DuckDBPyConnection, catalogue: Catalogue, typed: str, period: str
) -> list[str]:
    """The codes of the places, or else of the units of a quarter, that have this name."""
    name, slash, level = _plain(typed).partition("/")
    city = catalogue.structure.city
    places = [(city.zh, city.code), (catalogue.say("explain.whole_city"), city.code)]
    places += [(zh, code) for code, zh in catalogue.counties.items()]
    units = [] if slash else con.execute(UNITS, {"period": period}).fetchall()
    found = (
        [f"{code}{slash}{level}" for zh, code in known if _plain(zh) == name]
        for known in (places, units)
    )
    return next((sorted(set(codes)) for codes in found if codes), [])


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip()


def place_name(
    con: duckdb.DuckDBPyConnection, catalogue: Catalogue, level: str | None, scope: str
) -> str:
    """The name of a scope; its code where nobody has named it."""
    say = catalogue.say
    if level == "city":
        return say("explain.whole_city")
    if level == "unit":
        rows = con.execute(UNIT, {"scope": scope}).fetchall()
        return str(rows[0][0]) if rows else scope
    county, _, within = scope.partition("/")
    city_level = f"{catalogue.structure.city.code}/city"
    levels = [str(one.id) for one in catalogue.structure.levels]
    named = {level: say(f"dashboards.level_{level}") for level in levels}
    groups = {
        **{kind: zh for kind, (_, zh) in catalogue.unit_kinds.items()},
        **{one: say("explain.level", level=zh) for one, zh in named.items()},
        **catalogue.counties,
        **dict.fromkeys(("city", city_level), named["city"]),
    }
    if within in named and scope != city_level:
        return say("explain.level_of", place=groups.get(county, county), level=named[within])
    return groups.get(scope, scope)
