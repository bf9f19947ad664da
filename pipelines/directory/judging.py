"""What must hold of a whole directory: versions that follow one another, parents that fit."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from models.catalogue_model import Catalogue
from models.spec.structure import UnitKind
from models.units import Directory, UnitVersion, is_unit_code
from pipelines.directory.problems import Problem

Numbered = tuple[int, UnitVersion]


@dataclass(frozen=True)
class _City:
    """What every check of one directory needs."""

    catalogue: Catalogue
    units: Directory
    mentioned: frozenset[str]


def judge(
    catalogue: Catalogue, lines: Sequence[Numbered], mentioned: Iterable[str] = ()
) -> Iterator[Problem]:
    """Everything that is wrong; `mentioned` are codes of lines that could not be read."""
    units = Directory(version for _, version in lines)
    yield from judge_among(catalogue, lines, units, mentioned)
    yield from _sequences(lines)
    yield from _names(lines)
    yield from roots(catalogue, lines)


def judge_among(
    catalogue: Catalogue,
    lines: Iterable[Numbered],
    units: Directory,
    mentioned: Iterable[str] = (),
) -> Iterator[Problem]:
    """What is wrong with some versions of a directory, by themselves and with their parents."""
    city = _City(catalogue, units, frozenset(mentioned))
    for number, version in lines:
        yield from _alone(city, number, version)
        yield from _coordination(city, number, version)
        yield from _affiliation(city, number, version)
        yield from _cycles(city, number, version)


def _alone(city: _City, number: int, version: UnitVersion) -> Iterator[Problem]:
    """What one line can be judged by."""
    catalogue = city.catalogue
    level, zh = catalogue.unit_kinds[version.unit_kind]
    if version.level != level:
        fills = {"kind": zh, "level": catalogue.levels[level][1]}
        seen = catalogue.levels[version.level][1]
        yield Problem("level_not_of_kind", "level", seen, number, fills=fills)
    centre = catalogue.structure.city
    if (version.county_code == centre.code) != (level == "city"):
        reason = "county_of_city" if level == "city" else "county_needed"
        fills = {"code": centre.code, "city": centre.zh}
        yield Problem(reason, "county_code", version.county_code, number, fills=fills)
    if version.unit_code[:4] != centre.code[:4]:
        fills = {"start": centre.code[:4]}
        yield Problem("code_of_elsewhere", "unit_code", version.unit_code, number, fills=fills)
    for first, last in (("valid_from", "valid_to"), ("reports_from", "reports_to")):
        end, start = getattr(version, last), getattr(version, first)
        if end is not None and end <= start:
            yield Problem("ends_before", last, end, number, fills={"start": start})


def _coordination(city: _City, number: int, version: UnitVersion) -> Iterator[Problem]:
    """The parent that reviews: there if the kind asks for one, and fitting."""
    kinds = {kind.id: kind for kind in city.catalogue.structure.unit_kinds}
    wanted, code = kinds[version.unit_kind].under, version.coord_parent_code
    column = "coord_parent_code"
    if wanted is None and code is not None:
        yield Problem("no_parent_wanted", column, code, number)
    elif wanted is not None and code is None:
        yield Problem("parent_wanted", column, "", number, fills={"kind": kinds[wanted].zh})
    elif wanted is not None and code is not None and code in city.units.by_code:
        yield from _fitting(city, number, version, code, kinds[wanted])
    elif code is not None and code not in city.mentioned:
        yield Problem("no_such_parent", column, code, number)


def _fitting(
    city: _City, number: int, version: UnitVersion, code: str, wanted: UnitKind
) -> Iterator[Problem]:
    """A parent is of the right kind, in the same county, and there all the time."""
    column, parent = "coord_parent_code", city.units.on(code, version.valid_from)
    if parent is None or not _outlives(city.units, code, version):
        fills = _life(city.units, code)
        yield Problem("parent_not_in_force", column, code, number, fills=fills)
    elif parent.unit_kind != wanted.id:
        found = city.catalogue.unit_kinds[parent.unit_kind][1]
        fills = {"kind": wanted.zh, "parent": parent.unit_name, "found": found}
        yield Problem("parent_of_wrong_kind", column, code, number, fills=fills)
    elif wanted.level != "city" and parent.county_code != version.county_code:
        fills = {"parent": parent.unit_name, "county": version.county_code}
        fills["found"] = parent.county_code
        yield Problem("parent_of_other_county", column, code, number, fills=fills)


def _affiliation(city: _City, number: int, version: UnitVersion) -> Iterator[Problem]:
    """The parent in the Party: a unit of the directory that is there, or a body outside it."""
    code, column = version.party_parent_code, "party_parent_code"
    if not is_unit_code(code) or (code in city.mentioned and code not in city.units.by_code):
        return
    if code not in city.units.by_code:
        yield Problem("no_such_parent", column, code, number)
    elif not _outlives(city.units, code, version):
        fills = _life(city.units, code)
        yield Problem("parent_not_in_force", column, code, number, fills=fills)


def _outlives(units: Directory, code: str, version: UnitVersion) -> bool:
    """Whether a unit is in force as long as the version is."""
    first, last = units.by_code[code][0], units.by_code[code][-1]
    ends_later = last.valid_to is None or (
        version.valid_to is not None and version.valid_to <= last.valid_to
    )
    return first.valid_from <= version.valid_from and ends_later


def _life(units: Directory, code: str) -> dict[str, object]:
    versions = units.by_code[code]
    return {
        "parent": versions[-1].unit_name,
        "since": versions[0].valid_from,
        "until": versions[-1].valid_to or "",
    }


def _cycles(city: _City, number: int, version: UnitVersion) -> Iterator[Problem]:
    """A cycle holds on the day its youngest link begins; it is found from there."""
    for column in ("coord_parent_code", "party_parent_code"):
        day, path = version.valid_from, [version.unit_code]
        at = getattr(version, column)
        while at is not None and at not in path:
            path.append(at)
            above = city.units.on(at, day)
            at = getattr(above, column) if above else None
        if at == version.unit_code:
            fills = {"path": " → ".join([*path, at])}
            yield Problem("cycle", column, getattr(version, column), number, fills=fills)


def _sequences(lines: Sequence[Numbered]) -> Iterator[Problem]:
    """Versions of a unit follow one another without a day between or a day shared."""
    by_code: dict[str, list[Numbered]] = defaultdict(list)
    for line in lines:
        by_code[line[1].unit_code].append(line)
    for some in by_code.values():
        ordered = sorted(some, key=lambda line: line[1].valid_from)
        for (above, earlier), (number, later) in pairwise(ordered):
            fills: dict[str, object] = {"other": above, "start": later.valid_from}
            if earlier.valid_from == later.valid_from:
                yield Problem("same_version", "unit_code", later.unit_code, number, fills=fills)
            elif earlier.valid_to is None or earlier.valid_to > later.valid_from:
                seen = earlier.valid_to or ""
                fills["other"] = number
                yield Problem("overlap", "valid_to", seen, above, fills=fills)
            elif earlier.valid_to < later.valid_from:
                fills["end"] = earlier.valid_to
                yield Problem("gap", "valid_from", later.valid_from, number, fills=fills)


def _names(lines: Sequence[Numbered]) -> Iterator[Problem]:
    """Two units of a county do not bear one name at one time."""
    by_name: dict[tuple[str, str], list[Numbered]] = defaultdict(list)
    for line in lines:
        by_name[line[1].county_code, line[1].unit_name].append(line)
    for some in by_name.values():
        ordered = sorted(some, key=lambda line: line[1].valid_from)
        for (above, earlier), (number, later) in pairwise(ordered):
            if earlier.unit_code != later.unit_code and _until(earlier) >= later.valid_from:
                fills = {"other": above, "code": earlier.unit_code}
                yield Problem("same_name", "unit_name", later.unit_name, number, fills=fills)


def roots(catalogue: Catalogue, lines: Sequence[Numbered]) -> Iterator[Problem]:
    """There is one unit at the top at a time."""
    tops = {kind.id for kind in catalogue.structure.unit_kinds if kind.under is None}
    roots = sorted(
        (line for line in lines if line[1].unit_kind in tops), key=lambda line: line[1].valid_from
    )
    for (above, earlier), (number, later) in pairwise(roots):
        if earlier.unit_code != later.unit_code and _until(earlier) >= later.valid_from:
            zh = catalogue.unit_kinds[later.unit_kind][1]
            fills = {"kind": zh, "other": above}
            yield Problem("two_roots", "unit_kind", zh, number, fills=fills)


def _until(version: UnitVersion) -> date:
    """The last day of a version."""
    return version.valid_to - timedelta(days=1) if version.valid_to else date.max
