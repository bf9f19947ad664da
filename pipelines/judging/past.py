"""What a workbook's rules may ask of the quarters before: what was issued first, then what counted.

What was issued as an opening is what the unit was told, so a later correction of last quarter
never blames it. Where nothing was issued, the closings that counted are taken, after the
directory's events (merged, split and new units).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from typing import Any

import polars as pl

from models.catalogue_model import Catalogue
from models.events import Opening, expected_opening
from models.names import part_names
from models.spec.form import EntryMode, Field, FieldType
from pipelines.frames import MATTERS, ORGS
from pipelines.judging.batch import Past
from pipelines.workbook.content import Sheetful

OPEN = (1, 2)
"""Codes of `matter_status` that go on: raised, under way."""

POLARS = {FieldType.TEXT: pl.String, FieldType.DATE: pl.Date}
NUMBER = pl.Decimal(18, 4)


@dataclass(frozen=True)
class Earlier:
    """What counted in the quarters before, by unit: last values, sums of the year, the ledger.

    `orgs` holds (last election, election held) of each organisation, by its code.
    """

    closings: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    so_far: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    orgs: Mapping[str, Mapping[str, tuple[Any, Any]]] = field(default_factory=dict)
    openings: Mapping[str, Opening] = field(default_factory=dict)


@cache
def names_before(catalogue: Catalogue) -> frozenset[str]:
    """The fixed fields of which rules ask last quarter's value."""
    return frozenset(n.removeprefix("prev.") for n in _named(catalogue) if n.startswith("prev."))


@cache
def names_added_up(catalogue: Catalogue) -> frozenset[str]:
    """The fixed fields that rules add up since January."""
    return frozenset(n[4:-1] for n in _named(catalogue) if n.startswith("ytd("))


def _named(catalogue: Catalogue) -> Iterator[str]:
    for rule in catalogue.rules.values():
        for part in rule.parts:
            yield from part_names(part)


@cache
def carried_from(catalogue: Catalogue) -> dict[str, str]:
    """Closing -> the locked opening that it is carried into."""
    return {
        (each.prefill or "").removeprefix("prev."): each.name
        for each in catalogue.fields.values()
        if each.entry is EntryMode.CARRIED and (each.prefill or "").startswith("prev.")
    }


def past_of(
    catalogue: Catalogue,
    issued: Mapping[str, tuple[str, Sheetful]],
    earlier: Earlier,
    names: frozenset[str] | None = None,
) -> Past:
    """The past of each submission: id -> its unit and what was issued to it."""
    wanted = sorted(names_before(catalogue) if names is None else names)
    adding = sorted(names_added_up(catalogue))
    schema = {
        "submission_id": pl.String,
        **{f"prev__{name}": _type(catalogue.fields[name]) for name in wanted},
        **{f"so_far__{name}": NUMBER for name in adding},
    }
    rows = [
        (
            sid,
            *(_before(catalogue, name, code, sheet, earlier) for name in wanted),
            *(earlier.so_far.get(code, {}).get(name) for name in adding),
        )
        for sid, (code, sheet) in issued.items()
    ]
    return Past(
        fixed=pl.DataFrame(rows, schema=schema, orient="row"),
        orgs=pl.DataFrame(list(_orgs(issued, earlier)), schema=ORGS, orient="row"),
        open_matters=pl.DataFrame(list(_open(issued)), schema=MATTERS, orient="row"),
    )


def _type(item: Field) -> Any:
    return POLARS.get(item.type, NUMBER)


def _before(catalogue: Catalogue, name: str, code: str, sheet: Sheetful, earlier: Earlier) -> Any:
    opening = carried_from(catalogue).get(name)
    if opening is None:
        return earlier.closings.get(code, {}).get(name)
    told = sheet.values.get(opening)
    if told is not None:
        return Decimal(str(told))
    return expected_opening(code, name, earlier.openings, earlier.closings)


def _orgs(
    issued: Mapping[str, tuple[str, Sheetful]], earlier: Earlier
) -> Iterable[tuple[Any, ...]]:
    """Each organisation once: as the ledger was issued, else as last quarter left it."""
    for sid, (code, sheet) in issued.items():
        told = {
            str(row["org_code"]): (row["last_election_date"], None)
            for row in sheet.rows.get("l1", ())
            if row.get("last_election_date") is not None
        }
        for org, dates in {**earlier.orgs.get(code, {}), **told}.items():
            yield (sid, org, *dates)


def _open(issued: Mapping[str, tuple[str, Sheetful]]) -> Iterable[tuple[str, str]]:
    for sid, (_, sheet) in issued.items():
        for row in sheet.rows.get("l3", ()):
            if row.get("matter_status") in OPEN:
                yield sid, str(row["matter_id"])


def locked_openings(catalogue: Catalogue) -> list[str]:
    """The fixed cells that carry last quarter's closing: judged as typed, stored as issued."""
    return [
        each.name
        for each in catalogue.fields.values()
        if each.entry is EntryMode.CARRIED and each.alias is None
    ]
