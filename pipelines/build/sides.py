"""The sides of a compiled SELECT: formulas over a used return, and the lists that they count."""

from collections.abc import Iterable, Iterator, Sequence

from models.catalogue_model import Catalogue
from models.expression import SqlNames, parse, to_sql
from models.names import Names

LIST_TABLES = {"l1": "core.l1", "l2": "core.tie", "l3": "core.unit_matter"}
"""What the list aliases stand for in indicators: l3 is the register, not the unit's own sheet."""


QUARTERS = (1, 2, 3, 4)


def head(catalogue: Catalogue, table: str, *grain: str) -> str:
    """The header of a compiled model, whose title stands beside those of loaded tables."""
    return titled(catalogue.say(f"dagster.{table.replace('.', '_')}"), *grain)


def titled(zh: str, *grain: str) -> str:
    """The header of a compiled model with this title."""
    return f"/*\nzh: {zh}\ngrain: [{', '.join(grain)}]\n*/\n"


def union(selects: Sequence[str]) -> str:
    """Several SELECTs as one."""
    return "\nunion all\n".join(selects)


def asked_of(catalogue: Catalogue, fields: Iterable[str], kind: str, quarter: int) -> bool:
    """Whether a unit of this kind is asked all these fields in the quarter."""
    level = catalogue.unit_kinds[kind][0]
    return all(catalogue.fields[name].exists_for(kind, level, quarter) for name in fields)


def sides_sql(catalogue: Catalogue, texts: Sequence[str]) -> tuple[list[str], str]:
    """Formulas over `core.fixed as s` as SQL, and the joins that they need."""
    names = Names(catalogue)
    aggregates: dict[str, list[str]] = {}
    known = part_names(names, aggregates)
    given = {"par.soon_days": catalogue.duties.soon_days}
    sides = [to_sql(parse(text).bind(given), names.type_of, known) for text in texts]
    past = (
        "\nleft join core.fixed as prev__\n    on s.unit_code = prev__.unit_code"
        " and s.previous = prev__.period"
    )
    needs_past = any("prev__." in side for side in sides)
    return sides, f"{past if needs_past else ''}{''.join(joins(aggregates))}"


def fixed_column(name: str) -> str:
    """Where a name of a formula stands in `core.fixed as s`, or beside it."""
    if name.startswith("ytd("):
        return f"s.ytd__{name[4:-1]}"
    prefix, dot, bare = name.partition(".")
    if not dot:
        return f"s.{name}"
    return {"prev": f"prev__.{bare}", "sys": f"s.sys__{bare}"}.get(prefix, name)


def part_names(names: Names, aggregates: dict[str, list[str]]) -> SqlNames:
    def aggregate(alias: str, select: str) -> str:
        known = aggregates.setdefault(alias, [])
        if select not in known:
            known.append(select)
        found = f"{alias}_all.a{known.index(select)}"
        return f"coalesce({found}, 0)" if select.startswith("COUNT") else found

    return SqlNames(column=fixed_column, aggregate=aggregate, is_whole=names.is_whole)


def joins(aggregates: dict[str, list[str]]) -> Iterator[str]:
    """Each list once: its aggregates for every unit and quarter."""
    for alias, selects in aggregates.items():
        columns = ",\n        ".join(f"{sql} as a{n}" for n, sql in enumerate(selects))
        yield (
            "\nleft join (\n"
            f"    select\n        s.period,\n        s.unit_code,\n        {columns}\n"
            f"    from {LIST_TABLES[alias]} as {alias}\n    inner join core.fixed as s\n"
            f"        on {alias}.period = s.period and {alias}.unit_code = s.unit_code\n"
            f"    group by s.period, s.unit_code\n) as {alias}_all\n"
            f"    on s.period = {alias}_all.period and s.unit_code = {alias}_all.unit_code"
        )
