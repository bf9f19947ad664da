"""What a decision is about, as people say it: names before codes."""

import re
from collections.abc import Mapping
from typing import Any

from models.catalogue_model import Catalogue
from models.period import Period
from models.units import Directory

WHOLE = {"city": "about_city", "all": "about_all"}
RECEIPT = re.compile(r"receipt (\d+)")


def about(catalogue: Catalogue, units: Directory, period: Period, row: Mapping[str, Any]) -> str:
    """A return by its unit, a county or a unit by its name, a decision or a receipt by number."""
    named = [
        _return(catalogue, units, period, row["submission_id"]) if row["submission_id"] else "",
        _scope(catalogue, units, period, row["action"], row["scope"]) if row["scope"] else "",
    ]
    return " ".join(filter(None, named)) or str(period)


def _return(catalogue: Catalogue, units: Directory, period: Period, submission_id: str) -> str:
    name = _unit(units, period, submission_id.partition("-")[0])
    return catalogue.say("campaign.about_unit", name=name, code=submission_id)


def _scope(catalogue: Catalogue, units: Directory, period: Period, action: str, scope: str) -> str:
    say = catalogue.say
    received = RECEIPT.fullmatch(scope)
    named = catalogue.counties.get(scope)
    if action == "undo":
        named = say("campaign.about_decision", number=scope)
    elif received:
        named = say("campaign.about_receipt", number=received[1])
    elif scope in WHOLE:
        named = say(f"campaign.{WHOLE[scope]}")
    elif scope in catalogue.rules:
        named = say("campaign.about_rule", rule=scope)
    elif scope in units.by_code:
        named = say("campaign.about_unit", name=_unit(units, period, scope), code=scope)
    return named or scope


def _unit(units: Directory, period: Period, code: str) -> str:
    return units.last_known(code, period).unit_name if code in units.by_code else code
