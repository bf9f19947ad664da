"""Lines of the sheet of units -> unit versions: codes given, parents found, blanks filled."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from models.catalogue_model import Catalogue
from models.units import UnitVersion, is_unit_code
from pipelines.directory.codes import Codes, SerialsUsedUpError
from pipelines.directory.columns import OPTIONAL, UNIT_COLUMNS
from pipelines.directory.parsing import Read
from pipelines.directory.problems import Problem

PARENTS = ("coord_parent_code", "party_parent_code")


@dataclass(frozen=True)
class Assigned:
    """A code the system gave to a new unit."""

    line: int | None
    unit_code: str
    unit_name: str


@dataclass(frozen=True)
class Drafted:
    """Versions by the number of their line; what stood in lines that are wrong; what is wrong.

    `mentioned` keeps the codes of wrong lines, so that their children are not blamed for them.
    """

    versions: list[tuple[int, UnitVersion]]
    mentioned: frozenset[str]
    assigned: list[Assigned]
    problems: list[Problem]


def draft(catalogue: Catalogue, lines: Sequence[Read], codes: Codes) -> Drafted:
    """Make a version of every line that says enough."""
    problems = [problem for line in lines for problem in _blanks(line)]
    filled = [_filled(catalogue, line) for line in lines]
    for line in filled:
        if "unit_code" in line.values:
            codes.keep(line.values["unit_code"])
    coded, assigned = _with_codes(catalogue, filled, codes, problems)
    find = _finder(coded)
    versions = []
    for line in coded:
        values = line.values | _parents(line, find, problems)
        if not line.wrong and _needed() <= values.keys():
            versions.append((line.number, UnitVersion(**{**_EMPTY, **_known(values)})))
    return Drafted(versions, _mentioned(coded), assigned, problems)


_EMPTY = {"valid_to": None, "reports_to": None, "coord_parent_code": None}


def _needed() -> set[str]:
    """What a version cannot be made without; the rest has been filled in or may be none."""
    return (set(UNIT_COLUMNS) | {"unit_code"}) - _EMPTY.keys()


def _known(values: Mapping[str, Any]) -> dict[str, Any]:
    return {column: value for column, value in values.items() if column in UNIT_COLUMNS}


def _blanks(line: Read) -> list[Problem]:
    present = line.values.keys() | line.wrong
    return [
        Problem("blank", column, "", line.number)
        for column in UNIT_COLUMNS
        if column not in OPTIONAL and column not in present
    ]


def _filled(catalogue: Catalogue, line: Read) -> Read:
    """What follows from the other cells of a line where it is blank."""
    values = dict(line.values)
    kind, name, start = (values.get(key) for key in ("unit_kind", "unit_name", "valid_from"))
    follows = {
        "level": catalogue.unit_kinds[kind][0].value if kind else None,
        "short_name": name[:60] if name else None,
        "party_group_type": catalogue.parameters["directory"]["party_group_types"][-1],
        "reports_from": start,
        "contact_office": "",
    }
    for column, value in follows.items():
        if column not in line.wrong and value is not None:
            values.setdefault(column, value)
    return replace(line, values=values)


def _with_codes(
    catalogue: Catalogue, lines: Sequence[Read], codes: Codes, problems: list[Problem]
) -> tuple[list[Read], list[Assigned]]:
    """Give a code to every line that has none and says where and at which level it belongs."""
    coded, assigned = [], []
    for line in lines:
        values = line.values
        if values.keys() & {"unit_code"} or "unit_code" in line.wrong:
            coded.append(line)
            continue
        try:
            code = codes.next(catalogue, values["county_code"], values["level"])
        except KeyError:
            coded.append(line)
        except SerialsUsedUpError:
            problems.append(Problem("serials_used_up", "unit_code", "", line.number))
            coded.append(line)
        else:
            coded.append(replace(line, values={**values, "unit_code": code}))
            assigned.append(Assigned(line.number, code, values.get("unit_name", "")))
    return coded, assigned


def _mentioned(lines: Sequence[Read]) -> frozenset[str]:
    return frozenset(line.values["unit_code"] for line in lines if "unit_code" in line.values)


Finder = Callable[[str], list[str]]


def _finder(lines: Sequence[Read]) -> Finder:
    """Name -> the codes of the units that have it."""
    found: dict[str, set[str]] = defaultdict(set)
    for line in lines:
        if "unit_name" in line.values and "unit_code" in line.values:
            found[line.values["unit_name"]].add(line.values["unit_code"])
    return lambda name: sorted(found.get(name, ()))


def _parents(line: Read, find: Finder, problems: list[Problem]) -> dict[str, str]:
    """Parents may be named instead of coded: a city that begins has no codes yet."""
    found = {}
    for column in PARENTS:
        named = line.values.get(column)
        if named is None or is_unit_code(named):
            continue
        match find(named):
            case [code]:
                found[column] = code
            case [] if column == "coord_parent_code":
                problems.append(Problem("no_such_parent", column, named, line.number))
            case [_, _, *_] as several:
                fills = {"codes": "、".join(several)}
                problems.append(
                    Problem("ambiguous_parent", column, named, line.number, fills=fills)
                )
    return found
