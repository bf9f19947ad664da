"""The columns of the directory workbook: their headers, and the words a cell may hold."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from models.catalogue_model import Catalogue
from models.events import EventKind

UNIT_COLUMNS = (
    "unit_code",
    "unit_name",
    "short_name",
    "level",
    "unit_kind",
    "county_code",
    "party_org_type",
    "party_group_type",
    "coord_parent_code",
    "party_parent_code",
    "leading_system",
    "contact_office",
    "valid_from",
    "valid_to",
    "reports_from",
    "reports_to",
)
EVENT_COLUMNS = (
    "event_id",
    "kind",
    "effective_date",
    "from_code",
    "to_code",
    "share_members",
    "share_funds",
    "unit_name",
    "short_name",
    "unit_kind",
    "county_code",
    "party_org_type",
    "party_group_type",
    "coord_parent_code",
    "party_parent_code",
    "leading_system",
    "contact_office",
    "document_no",
    "why",
)
SHOWN_ONLY = ("coord_parent_name", "party_parent_name")
"""Written so that a clerk can read the codes, and never read back."""

DATE_COLUMNS = frozenset({"valid_from", "valid_to", "reports_from", "reports_to", "effective_date"})
SHARE_COLUMNS = frozenset({"share_members", "share_funds"})
CODE_COLUMNS = frozenset(
    {"unit_code", "from_code", "to_code", "coord_parent_code", "party_parent_code", "event_id"}
)
OPTIONAL = frozenset(
    {
        "unit_code",
        "short_name",
        "level",
        "party_group_type",
        "coord_parent_code",
        "contact_office",
        "valid_to",
        "reports_from",
        "reports_to",
    }
)
"""Columns of a unit that may be blank: left to the system, or to mean none."""

LONGEST = {"unit_name": 120, "short_name": 60, "party_parent_code": 60, "contact_office": 60}


def header(catalogue: Catalogue, column: str) -> str:
    """The header of a column."""
    return catalogue.say(f"directory.column_{column}")


@cache
def choices(catalogue: Catalogue, column: str) -> Mapping[str, Any]:
    """Word shown in the drop-down -> value kept; empty for columns that are typed freely."""
    return _lists(catalogue).get(column, {})


@cache
def _lists(catalogue: Catalogue) -> Mapping[str, Mapping[str, Any]]:
    structure, parameters = catalogue.structure, catalogue.parameters["directory"]
    regions = (structure.city, *structure.counties)
    systems = dict.fromkeys((*structure.sectors.by_system, *parameters["other_systems"]))
    words = catalogue.wording["directory"]
    return {
        "level": {zh: level for level, (_, zh) in catalogue.levels.items()},
        "unit_kind": {zh: kind for kind, (_, zh) in catalogue.unit_kinds.items()},
        "county_code": {f"{region.code} {region.zh}": region.code for region in regions},
        "party_org_type": {zh: code for code, zh in catalogue.codes["party_org_type"].items()},
        "party_group_type": {word: word for word in parameters["party_group_types"]},
        "leading_system": {word: word for word in systems},
        "kind": {words[f"kind_{kind}"]: kind.value for kind in EventKind},
    }


@cache
def meanings(catalogue: Catalogue, column: str) -> Mapping[str, Any]:
    """Everything that may be typed for a choice: the word, its code, or its second half."""
    found: dict[str, Any] = {}
    for word, value in choices(catalogue, column).items():
        found |= {word: value, str(value): value, word.rpartition(" ")[2]: value}
    return found


def shown(catalogue: Catalogue, column: str, value: Any) -> Any:
    """A value as the workbook shows it."""
    return _words(catalogue, column).get(value, value)


@cache
def _words(catalogue: Catalogue, column: str) -> Mapping[Any, str]:
    return {value: word for word, value in choices(catalogue, column).items()}
