"""Names that a sentence enumerates.

Counties are named for what they do well, three at most, in the order of the directory: a paper for
all ranks nobody.
"""

from collections.abc import Callable, Mapping

import polars as pl

from dashboards import queries
from dashboards.answers import judged
from dashboards.briefings.counts import BELOW, own_rows
from dashboards.briefings.facts import Facts
from dashboards.briefings.found import Absent, Fact
from dashboards.briefings.sentences import Piece, Value
from dashboards.coordination_charts import SECTORS
from dashboards.scopes import Scope
from models.spec.briefing import Listing, Number
from models.spec.indicator import Indicator


def listings_of(facts: Facts, scope: Scope, sentence: str) -> Mapping[str, Value]:
    """The lists of a sentence, each with the numbers that belong to it."""
    entry = next(one for one in facts.catalogue.briefing.sentences if one.id == sentence)
    found: dict[str, Value] = {}
    for name, listing in entry.lists.items():
        found |= KINDS[listing.kind](facts, scope, listing, name)
    return found


def counties(facts: Facts) -> list[Scope]:
    """The counties in the order of the directory."""
    return [
        Scope("county", code, name, code)
        for code, name in facts.catalogue.counties.items()
        if facts.reader.may_see_county(code)
    ]


def _joined(facts: Facts, items: list[Piece], mark: str = "and") -> tuple[Piece, ...]:
    comma = facts.catalogue.briefing.words[mark]
    parts: list[Piece] = []
    for number, item in enumerate(items):
        parts += [item] if number == 0 else [comma, item]
    return tuple(parts)


def _best(facts: Facts, _: Scope, listing: Listing, name: str) -> dict[str, Value]:
    """The best counties of an indicator; nobody where places are tied or the cases are few."""
    entry = facts.catalogue.indicators[listing.of or ""]
    number = Number(indicator=entry.id, format="percent")
    found = [(scope, facts.find(number, scope)) for scope in counties(facts)]
    enough = facts.limits.best_denominator
    known = [
        (scope, fact)
        for scope, fact in found
        if isinstance(fact, Fact) and fact.base is not None and fact.base >= enough
    ]
    sign = -1 if entry.direction == "lower_is_better" else 1
    known.sort(key=lambda pair: -sign * pair[1].number)
    tied = len(known) > listing.most and (
        known[listing.most - 1][1].printed == known[listing.most][1].printed
    )
    if len(known) <= listing.most or tied:
        return {name: Absent("missing")}
    chosen = {scope.code: (scope, fact) for scope, fact in known[: listing.most]}
    ordered = [chosen[scope.code] for scope in counties(facts) if scope.code in chosen]
    return {
        name: _joined(facts, [scope.name for scope, _ in ordered]),
        f"{name}_values": _joined(facts, [fact for _, fact in ordered], "comma"),
    }


def _top_tier(facts: Facts, _: Scope, listing: Listing, name: str) -> dict[str, Value]:
    """The counties that stand in the first tier of an index, if any."""
    rows = queries.composite_rows(
        facts.reader, facts.snapshot, facts.period, [listing.of or ""], counties(facts)
    )
    names = rows.filter(pl.col("tier") == 1)["name"].to_list()
    return {name: _joined(facts, names) if 0 < len(names) <= listing.most else Absent("missing")}


def _least_sectors(facts: Facts, scope: Scope, listing: Listing, name: str) -> dict[str, Value]:
    """The sectors that most units did nothing with, and the share of these units."""
    shares = {
        field: facts.find(Number(count=f"without:{field}", format="percent"), scope)
        for field in SECTORS
    }
    known = [(field, fact) for field, fact in shares.items() if isinstance(fact, Fact)]
    if len(known) < len(SECTORS):
        return {name: Absent("coverage"), f"{name}_values": Absent("coverage")}
    known.sort(key=lambda pair: -pair[1].number)
    least = [pair for pair in known[: listing.most] if pair[1].number > 0]
    if not least:
        return {name: Absent("missing"), f"{name}_values": Absent("missing")}
    words = [facts.catalogue.say(f"dashboards.{field}") for field, _ in least]
    return {
        name: _joined(facts, list(words)),
        f"{name}_values": _joined(facts, [fact for _, fact in least], "comma_percent"),
    }


def _missing_units(facts: Facts, scope: Scope, listing: Listing, name: str) -> dict[str, Value]:
    """City organs that sent nothing, and counties with units that sent nothing."""
    absent = facts.duty(scope).filter(~pl.col("is_received"))
    city = absent.filter(pl.col("level") == "city")["unit_name"].to_list()
    codes = set(absent.filter(pl.col("level") != "city")["county_code"])
    places = [each.name for each in counties(facts) if each.code in codes]
    names = city + places if scope.level == "city" else absent["unit_name"].to_list()
    if not names or len(names) > listing.most:
        return {name: Absent("missing")}
    return {name: _joined(facts, names)}


def _short(facts: Facts, scope: Scope, listing: Listing, name: str) -> dict[str, Value]:
    """The indicators of a unit that are short of their target."""
    rows = own_rows(facts, scope, facts.period)
    short = [facts.catalogue.indicators[row["indicator"]].zh for row in rows
             if row["status"] in BELOW]  # fmt: skip
    names: list[Piece] = [each.partition("(")[0] for each in short]
    return {name: _joined(facts, names) if 0 < len(names) <= listing.most else Absent("missing")}


KINDS: dict[str, Callable[[Facts, Scope, Listing, str], dict[str, Value]]] = {
    "best": _best,
    "top_tier": _top_tier,
    "least_sectors": _least_sectors,
    "missing_units": _missing_units,
    "short": _short,
}


def problems(facts: Facts, scope: Scope) -> list[tuple[str, dict[str, Value]]]:
    """The indicators furthest below their target, with the words that belong to each."""
    found = []
    for name, entry in facts.catalogue.indicators.items():
        row = facts.row(name, scope)
        fact = facts.find(Number(indicator=name, format="own"), scope)
        few = isinstance(fact, Absent) or (fact.base or 0) < facts.limits.moved_denominator
        if row["status"] not in {"near", "missed"} or few or _is_above(entry, row["value"]):
            continue
        reach = abs((entry.target_band or (entry.target or 0.0,))[0] - entry.score_zero_at) or 1.0
        found.append((float(row["gap"]) / reach, name))
    most = facts.limits.problems if scope.level == "city" else facts.limits.problems_on_one_page
    return [(name, _about(facts, name, scope)) for _, name in sorted(found)[:most]]


def _is_above(entry: Indicator, value: float) -> bool:
    """More than a band asks for is no problem to be named to all."""
    return entry.target_band is not None and value > entry.target_band[0]


def _about(facts: Facts, name: str, whole: Scope) -> dict[str, Value]:
    entry = facts.catalogue.indicators[name]
    words: dict[str, Value] = {
        "name": entry.zh.split("(", maxsplit=1)[0],
        "uom": entry.uom,
        "target": facts.target(name),
    }
    if whole.level != "city":
        return words
    rows = judged(facts.question(), [name], facts.question().level_scopes)
    short = rows.filter(pl.col("gap") < 0).sort("gap")
    if short.height:
        worst = short.row(0, named=True)
        words["worst"] = worst["name"]
        scope = Scope("level", worst["scope"], worst["name"], "")
        words["worst_value"] = facts.find(Number(indicator=name, format="own"), scope)
    return words
