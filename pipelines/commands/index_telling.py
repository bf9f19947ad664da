"""How an index is told, dimension by dimension."""

from typing import Any

from models.loader import load_catalogue
from pipelines.commands.telling import Teller


def tell_decomposed(tell: Teller, found: dict[str, Any]) -> None:
    """Print an index, its interval, its dimensions and their indicators."""
    tell.say("decomposed_head", **{**found, "value": _brief(found["value"])})
    if found.get("low") is not None:
        ends = {end: _brief(found[end]) for end in ("low", "high")}
        tier = f" {found['tier']}" if found["tier"] else ""
        tell.say("decomposed_interval", **{**found, **ends, "tier": tier})
    for part in found["dimensions"]:
        tell.say("decomposed_part", **{**part, "value": _brief(part["value"])})
        for each in part["indicators"]:
            said = _said(each, found["period"])
            tell.say("decomposed_indicator", **each, said=said)
    tell.say("decomposed_next", scope=found["scope"], period=found["period"])


def _said(each: dict[str, Any], period: str) -> str:
    is_carried = each["state"] == "scored" and each["taken_from"] != period
    state = "carried" if is_carried else each["state"]
    values = {**each, "score": _brief(each["score"]), "value": _brief(each["value"])}
    return load_catalogue().say(f"explain.state_{state}", **values)


def _brief(value: float | None) -> str:
    return "—" if value is None else f"{value:.1f}"
