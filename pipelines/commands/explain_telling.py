"""How a number is told: an index by its dimensions, any other by its units and cells."""

from itertools import groupby
from typing import Any

from dashboards.view import AS_REPORTED
from models.loader import load_catalogue
from models.spec.form import Field
from pipelines.commands.telling import Teller

SHORT = 12
MINUTE = len("2026-10-15T13:11")
NAMED = 20
"""So many cells and units are told: of those in the number, missing, not among the same ones."""
BRIEFLY = 5
"""Cells told of each indicator when an index is followed all the way down."""


def tell_explained(tell: Teller, found: dict[str, Any]) -> None:
    """Print a number with what it is made of."""
    if "dimensions" in found:
        _tell_decomposed(tell, found)
    else:
        _tell_number(tell, found, NAMED)


def _tell_number(tell: Teller, found: dict[str, Any], shown: int) -> None:
    _tell_head(tell, found)
    tell.say("explained_formula", formula=found["formula"])
    _tell_definition(tell, found)
    _tell_coverage(tell, found)
    _tell_year(tell, found)
    tell_changes(tell, found)
    tell_structure(tell, found)
    _tell_units(tell, found, shown)
    _tell_files(tell, found["period"], found["parts"][:shown])
    if (more := found["parts_total"] - len(found["parts"][:shown])) > 0:
        tell.say("explained_more", more=more)


def _tell_head(tell: Teller, found: dict[str, Any]) -> None:
    """What it is, where and when; a total has no sides."""
    sides = {name: plain(found[name]) for name in ("value", "numerator", "denominator")}
    field, equals, code = found["indicator"].partition("=")
    entry = load_catalogue().fields.get(field)
    name = f"{entry.code}{equals}{code}" if entry else field
    key = "explained_head_total" if entry else "explained_head"
    uom = _uom(field, is_count=bool(equals)) if found["value"] is not None else ""
    told = {**found, **sides, "name": name, "uom": uom}
    tell.say("explained_head_hidden" if found["is_hidden"] else key, **told)


def _uom(name: str, *, is_count: bool) -> str:
    catalogue = load_catalogue()
    entry = catalogue.indicators.get(name) or catalogue.fields.get(name)
    uom = catalogue.say("cli.explained_uom_units") if is_count else entry.uom if entry else None
    return uom or ""


def _tell_definition(tell: Teller, found: dict[str, Any]) -> None:
    """That it was defined otherwise than today, and under which catalogue."""
    definition = found.get("definition")
    if definition and not definition["is_todays"]:
        catalogue = definition["catalogue_hash"][:SHORT]
        tell.say("explained_definition", period=found["period"], catalogue=catalogue)


def _tell_coverage(tell: Teller, found: dict[str, Any]) -> None:
    """Who is in the number, who has nothing to bring to it, whose return is missing."""
    expected, used, missing = found["units_expected"], found["units_used"], found["missing"]
    names = found["missing_names"]
    named = "、".join(f"{names[code]}({code})" for code in missing[:NAMED]) or "—"
    more = {"named": named, "count": len(missing)}
    empty = expected - used - len(missing) - found["missing_hidden"]
    tell.say(
        "explained_coverage",
        units_expected=expected,
        units_used=used,
        empty=load_catalogue().say("cli.explained_empty", empty=empty) if empty > 0 else "",
        missing=load_catalogue().say("cli.explained_missing", **more)
        if len(missing) > NAMED
        else named,
    )


def _tell_year(tell: Teller, found: dict[str, Any]) -> None:
    """The year so far, of what adds up over it; in the first quarter it is the number itself."""
    year = found.get("year_to_date")
    if year and not found["period"].endswith("Q1"):
        tell.say("explained_year", **{name: plain(value) for name, value in year.items()})


def tell_changes(tell: Teller, found: dict[str, Any]) -> None:
    """环比 and 同比: over how many of the same units, or why there is none."""
    for each in found["changes"]:
        values = {name: plain(each[name]) for name in ("value_now", "value_then")}
        kind = load_catalogue().say(f"explain.kind_{each['kind']}")
        change = _signed(each["change"])
        why = load_catalogue().say(f"explain.compared_{each['state']}", **each)
        told = {**each, **values, "kind": kind, "change": change, "why": why}
        is_compared = each["state"] == "compared"
        tell.say("explained_compared" if is_compared else "explained_not_compared", **told)


def _tell_units(tell: Teller, found: dict[str, Any], shown: int) -> None:
    """What each unit brings, the largest first; one alone is the number itself."""
    if found["scope_level"] == "unit" or not found["units"]:
        return
    once = "_once" if found["rollup"] == "distinct_matters" else ""
    tell.say(f"explained_units{once}", count=found["units_total"])
    for unit in found["units"][:shown]:
        sides = {name: plain(unit[name]) for name in ("numerator", "denominator")}
        tell.say("explained_unit", **{**unit, **sides})
    if (more := found["units_total"] - len(found["units"][:shown])) > 0:
        tell.say("explained_units_more", more=more)


def tell_structure(tell: Teller, found: dict[str, Any]) -> None:
    """In another structure than reported: who carries on whom, who is left out and why."""
    if found["view"] == AS_REPORTED:
        return
    say = load_catalogue().say
    same = say("cli.explained_same", period=found["compare_to"]) if found["compare_to"] else ""
    tell.say("explained_view", structure=say(f"dashboards.structure_{found['view']}"), same=same)
    for unit in found.get("units", ()):
        if unit["heirs"] and (unit["part"] < 1 or unit["heirs"] != [unit["unit_code"]]):
            told = {"heirs": "、".join(unit["heirs"]), "share": plain(100 * unit["part"])}
            tell.say("explained_heir", **{**unit, **told})
    for unit in found["left_out"][:NAMED]:
        tell.say("explained_left_out", **{**unit, "why": say(f"explain.left_{unit['why']}")})
    if (more := len(found["left_out"]) - NAMED) > 0:
        tell.say("explained_left_more", more=more)


def _tell_files(tell: Teller, period: str, parts: list[dict[str, Any]]) -> None:
    """The cells, under the file that each is in."""
    for _, cells in groupby(parts, key=lambda part: (part["unit_code"], part["submission_id"])):
        first, *others = cells
        earlier = "" if first["period"] == period else f"{first['period']} "
        tell.say("explained_file", **{**first, "earlier": earlier, **sent(first)})
        for part in (first, *others):
            _tell_cell(tell, part)


def sent(row: dict[str, Any]) -> dict[str, str]:
    """The file that something stands in, and when it came, as a person reads them."""
    return {
        "file": row["file_name"] or "—",
        "sha": row["file_sha256"][:SHORT],
        "received_at": row["received_at"][:MINUTE].replace("T", " "),
    }


def _tell_cell(tell: Teller, part: dict[str, Any]) -> None:
    field = load_catalogue().fields[part["field"]]
    value = _labelled(field, part["value"])
    tell.say("explained_cell", **{**part, "value": value, "zh": field.zh, "code": field.code})
    if change := part["normalised"]:
        tell.say("explained_change", was=change["from"] or "—", now=change["to"] or "—",
                 why=change["why"])  # fmt: skip
    for each in part["findings"]:
        say = load_catalogue().say
        severity = say(f"validate.severity_{each['severity']}")
        status = say(f"explain.finding_{each['status']}")
        tell.say("explained_finding", **{**each, "severity": severity, "status": status})


def _labelled(field: Field, value: str | None) -> str:
    codes = load_catalogue().codes.get(field.enum or "", {})
    if value is not None and value.isdigit() and int(value) in codes:
        return load_catalogue().say("cli.explained_label", code=value, label=codes[int(value)])
    return "—" if value is None else value


def _tell_decomposed(tell: Teller, found: dict[str, Any]) -> None:
    """Print an index, its interval, its dimensions and their indicators."""
    tell.say("decomposed_head", **{**found, "value": brief(found["value"])})
    _tell_definition(tell, found)
    if found.get("low") is not None:
        ends = {end: brief(found[end]) for end in ("low", "high")}
        tier = f" {found['tier']}" if found["tier"] else ""
        tell.say("decomposed_interval", **{**found, **ends, "tier": tier})
    tell_changes(tell, found)
    tell_structure(tell, found)
    for part in found["dimensions"]:
        tell.say("decomposed_part", **{**part, "value": brief(part["value"])})
        for each in part["indicators"]:
            said = _said(each, found["period"])
            tell.say("decomposed_indicator", **{**each, "said": said})
            if each.get("explained"):
                _tell_number(tell, each["explained"], BRIEFLY)
    tell.say("decomposed_next", scope=found["scope"], period=found["period"])


def _said(each: dict[str, Any], period: str) -> str:
    is_carried = each["state"] == "scored" and each["taken_from"] != period
    state = "carried" if is_carried else each["state"]
    values = {**each, "score": brief(each["score"]), "value": brief(each["value"])}
    return load_catalogue().say(f"explain.state_{state}", **values)


def brief(value: float | None) -> str:
    """A score or a rate, to one decimal."""
    return "—" if value is None else f"{value:.1f}"


def _signed(value: float | None) -> str:
    return "" if value is None else ("+" if value > 0 else "") + plain(value)


def plain(value: float | None) -> str:
    """A number with all that it is made of to six decimals."""
    return "—" if value is None else f"{value:,.6f}".rstrip("0").rstrip(".")
