"""What is typed after `sanji directory event` -> the draft of an event."""

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import product, zip_longest
from typing import Any

from models.catalogue_model import Catalogue
from models.events import EventKind
from models.units import Directory
from pipelines.commands.telling import CannotError
from pipelines.directory import (
    Asked,
    EventDraft,
    NotReadError,
    Problem,
    RefusedError,
    choices,
    read_value,
)

Shares = tuple[Sequence[str], Sequence[str]]
Successor = tuple[str | None, str | None, float | None, float | None]


def drafted(
    catalogue: Catalogue,
    units: Directory,
    kind: EventKind,
    day: date,
    from_codes: Sequence[str],
    to_codes: Sequence[str],
    names: Sequence[str],
    shares: Shares,
    document: str,
    columns: Mapping[str, str],
) -> EventDraft:
    """Put the words together; codes and words of lists are read as in the workbook.

    Raises:
        CannotError: names, codes and shares are not of one number.
        RefusedError: a word cannot be read.
    """
    problems: list[Problem] = []
    typed = {name: _read(catalogue, name, raw, problems) for name, raw in columns.items()}
    froms = _origins(catalogue, units, kind, day, from_codes, problems)
    successors = _successors(catalogue, to_codes, names, shares, problems)
    if problems:
        raise RefusedError(problems)
    legs = tuple(
        Asked(
            from_code=origin,
            to_code=code,
            share_members=members,
            share_funds=funds,
            columns={**typed, **({"unit_name": name} if name else {})},
        )
        for origin, (code, name, members, funds) in product(
            froms or [None], successors or [(None, None, None, None)]
        )
    )
    return EventDraft(kind, day, legs, document)


def _read(catalogue: Catalogue, column: str, raw: str, problems: list[Problem]) -> Any:
    try:
        return read_value(catalogue, column, raw)
    except NotReadError as error:
        fills = {"choices": "、".join(choices(catalogue, column)), "longest": 60}
        problems.append(Problem(str(error), column, raw, fills=fills))
        return None


def _origins(
    catalogue: Catalogue,
    units: Directory,
    kind: EventKind,
    day: date,
    codes: Sequence[str],
    problems: list[Problem],
) -> list[str | None]:
    """A county's code stands for all its units: a county that becomes a district changes whole."""
    found: list[str | None] = []
    for code in codes:
        if kind is EventKind.RELEVEL and code in catalogue.counties:
            found += [
                unit.unit_code
                for unit in units.versions
                if unit.county_code == code and unit.covers(day)
            ]
        else:
            found.append(_read(catalogue, "from_code", code, problems))
    return found


def _successors(
    catalogue: Catalogue,
    codes: Sequence[str],
    names: Sequence[str],
    shares: Shares,
    problems: list[Problem],
) -> list[Successor]:
    lengths = {len(each) for each in (codes, names, *shares) if each}
    if len(lengths) > 1:
        raise CannotError(
            "directory_lists_differ", names=len(names), tos=len(codes), shares=len(shares[0])
        )
    return [
        (
            _read(catalogue, "to_code", code, problems) if code else None,
            name or None,
            _read(catalogue, "share_members", members, problems) if members else None,
            _read(catalogue, "share_funds", funds, problems) if funds else None,
        )
        for code, name, members, funds in zip_longest(codes, names, *shares)
    ]
