"""How a code is told: where the number is printed, what it is, the rows that a paper counted."""

from collections.abc import Callable
from itertools import islice
from typing import Any

from models.loader import load_catalogue
from pipelines.citing import Cited
from pipelines.commands.explain_telling import NAMED, brief, plain, sent, tell_explained
from pipelines.commands.telling import Teller

PLACES = 3
"""So many places are named where the number is printed."""
CITY_PAPERS = frozenset({"tongbao", "annex2", "gengzheng"})
NEXT = {"units_below": "unit", "quarters_below": "quarter", "own": "indicator"}
"""What to ask next about the rows of a count."""


def tell_code(
    tell: Teller, code: str, cited: Cited, told: dict[str, Any], names: list[str]
) -> None:
    """Print a number by its code; `names` are the publications that print it."""
    what = told["counted"] or told["explained"] or told["target"]
    part = load_catalogue().say(f"explain.part_of_{cited.entry['part']}")
    value, period = cited.entry["value"], cited.entry["period"]
    place = what.get("scope_name") or load_catalogue().say("explain.whole_city")
    tell.say("code_head", code=code, value=value, place=place, period=period, zh=what["zh"],
             part=part)  # fmt: skip
    _tell_places(tell, cited)
    tell.say("code_snapshot", snapshot=cited.snapshot)
    if len(names) > 1:
        tell.say("code_in_several", count=len(names), names="、".join(names))
    if told["then"]:
        _tell_change(tell, cited, told)
    if told["target"]:
        tell.say("code_target", name=what["indicator"], zh=what["zh"])
    if told["counted"]:
        _tell_counted(tell, told["counted"], cited)
    if told["explained"]:
        tell_explained(tell, told["explained"])


def _tell_places(tell: Teller, cited: Cited) -> None:
    known = (_printed_at(each) for each in cited.places if "where" in each)
    places = list(dict.fromkeys(known))
    if places:
        key = "code_places" if len(places) > PLACES else "code_place"
        tell.say(key, places="、".join(places[:PLACES]), count=len(places))


def _printed_at(entry: dict[str, Any]) -> str:
    """The paper and the words that find the number in it, without the id of a sentence."""
    catalogue = load_catalogue()
    kind, _, code = entry["paper"].partition("-")
    place = catalogue.counties.get(code, code)
    if code == catalogue.structure.city.code:
        place = catalogue.say("dashboards.level_city")
    paper = catalogue.say(f"explain.paper_{kind}", place=place)
    where = entry["where"].removesuffix(entry["sentence"]).strip()
    return catalogue.say("explain.printed_at", paper=paper, where=where)


def _tell_change(tell: Teller, cited: Cited, told: dict[str, Any]) -> None:
    then, entry = told["then"], cited.entry
    now = _side(told["explained"], then["period"], entry["view"])
    tell.say("code_change", then_period=then["period"], then=plain(then["value"]),
             period=entry["period"], now=plain(now), value=entry["value"])  # fmt: skip


def _side(explained: dict[str, Any], then: str, view: str) -> float | None:
    """The number of now that a change starts from: over the same units, or all."""
    same = [each["value_now"] for each in explained["changes"] if each["compare_to"] == then]
    value: float | None = same[0] if view == "same_units" and same else explained["value"]
    return value


def _tell_counted(tell: Teller, found: dict[str, Any], cited: Cited) -> None:
    tell.say("counted_how", how=found["how"])
    if found["value"] is None or abs(found["value"] - cited.entry["number"]) > 1e-9:  # noqa: PLR2004
        tell.say("counted_now", value=plain(found["value"]))
    kind = found["count"].partition(":")[0]
    line = _line(kind)
    for row in islice(found["rows"], NAMED):
        line(tell, row)
    if (more := found["rows_total"] - len(found["rows"][:NAMED])) > 0:
        tell.say("counted_more", more=more)
    _tell_left_out(tell, found["left_out"])
    if kind in NEXT and found["rows"]:
        tell.say(f"counted_next_{NEXT[kind]}", **found)


def _tell_left_out(tell: Teller, left: list[dict[str, Any]]) -> None:
    names = "、".join(f"{each['unit_name']}({each['unit_code']})" for each in left[:NAMED])
    if len(left) > NAMED:
        names = load_catalogue().say("cli.counted_left_more", names=names)
    if left:
        tell.say("counted_left_out", count=len(left), names=names)


def _line(kind: str) -> Callable[[Teller, dict[str, Any]], None]:
    """How a row of such a count is told."""
    if kind.startswith("returns_"):
        return _tell_return
    if kind.startswith("matters"):
        return lambda tell, row: tell.say("counted_matter", **row | sent(row))
    if kind == "elections_due_next":
        return lambda tell, row: tell.say("counted_election", **row | sent(row))
    name = {"units_below": "unit", "own": "indicator"}.get(kind, "quarter")
    return lambda tell, row: tell.say(f"counted_{name}", **row | {"value": brief(row.get("value"))})


def _tell_return(tell: Teller, row: dict[str, Any]) -> None:
    if row["submission_id"] is None:
        tell.say("counted_missing", **row)
    else:
        tell.say("counted_return", **row | sent(row))
