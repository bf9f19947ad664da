"""What every field that units are asked for is used by: rules, indicators, tables, charts.

A rule over whole kinds of cells (required, range, code) reads every field and proves no use; nor
does a rule that reads nothing but the field itself, nor the table of all totals. A chart counts if
it is drawn.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import sqlglot
from sqlglot import exp

from models.catalogue_model import Catalogue
from models.expression import parse
from models.names import OTHER_UNITS, part_names
from models.spec.form import Field
from models.spec.rule import Rule
from models.yaml_source import read
from pipelines.build import models_in_order
from pipelines.build.run import SQL_DIR

LISTED_IN = ("duties", "resources", "purposes")
"""Files of the catalogue that name fields, each in its own form: what is done, what is there."""
WORD = re.compile(r"(?:l[0-9]\.)?[a-z][a-z0-9_]*")


@dataclass(frozen=True)
class FieldUse:
    """A field and what uses it: kind of use -> ids."""

    field: Field
    used_by: Mapping[str, tuple[str, ...]]

    @property
    def is_used(self) -> bool:
        """Whether anything uses it."""
        return any(self.used_by.values())


@cache
def uses(catalogue: Catalogue) -> tuple[FieldUse, ...]:
    """Every field of the forms, in their order."""
    read_by = {
        "rules": _rules(catalogue),
        "indicators": _indicators(catalogue),
        "fields": _fields(catalogue),
        **{name: _listed(catalogue, name) for name in LISTED_IN},
        "tables": _tables(catalogue),
        "charts": _charts(catalogue),
    }
    return tuple(
        FieldUse(
            field,
            {
                use: tuple(user for user, names in users.items() if field.qualified in names)
                for use, users in read_by.items()
            },
        )
        for field in catalogue.fields.values()
    )


def unused(catalogue: Catalogue) -> list[Field]:
    """The fields that are asked of units and that nothing uses."""
    return [each.field for each in uses(catalogue) if is_asked(each.field) and not each.is_used]


def is_asked(field: Field) -> bool:
    """Whether a person fills the cell; the rest is filled by the system or computed."""
    return not field.is_system_owned and field.formula is None


def _bare(names: frozenset[str]) -> set[str]:
    """Names as fields have them: those of other quarters and units are the same fields."""
    found = set()
    for name in names:
        bare = name.removeprefix("ytd(").removesuffix(")")
        for prefix in OTHER_UNITS:
            bare = bare.removeprefix(prefix)
        found.add(bare)
    return found


def _rules(catalogue: Catalogue) -> dict[str, set[str]]:
    """What each rule holds against something else: a cell held against a constant tells nothing."""
    return {
        rule.id: {name for names in _parts(rule) if len(names) > 1 for name in names}
        for rule in catalogue.rules.values()
        if rule.each is None
    }


def _parts(rule: Rule) -> list[set[str]]:
    return [_bare(part_names(part)) for part in rule.parts]


def _indicators(catalogue: Catalogue) -> dict[str, set[str]]:
    return {
        each.id: _bare(parse(each.numerator).names() | parse(each.denominator).names())
        for each in catalogue.indicators.values()
    }


def _fields(catalogue: Catalogue) -> dict[str, set[str]]:
    """What computed cells are made of; a cell that goes on from last quarter reads only itself."""
    return {
        name: _bare(parse(field.formula).names())
        for name, field in catalogue.fields.items()
        if field.formula
    }


def _listed(catalogue: Catalogue, name: str) -> dict[str, set[str]]:
    """The fields named anywhere in the entries of a file."""
    path = catalogue.root / f"{name}.yml"
    if not path.exists():
        return {}
    return {key: set(WORD.findall(text)) for key, text in _entries(read(path)[0])}


def _entries(data: object, key: str = "") -> Iterator[tuple[str, str]]:
    """Every text of a file with the id of the entry in which it stands."""
    if isinstance(data, Mapping):
        own = str(data.get("id", key))
        texts = [pair for name, each in data.items() for pair in _entries(each, own or str(name))]
    elif isinstance(data, Sequence) and not isinstance(data, str):
        texts = [pair for each in data for pair in _entries(each, key)]
    else:
        texts = [(key, str(data))]
    merged: dict[str, str] = {}
    for name, text in texts:
        merged[name] = f"{merged.get(name, '')} {text}"
    yield from merged.items()


def _tables(catalogue: Catalogue) -> dict[str, set[str]]:
    """The fields that SQL which people wrote names, as a column or as a text."""
    written = {f"{path.parent.name}.{path.stem}" for path in SQL_DIR.rglob("*.sql")}
    return {
        model.table: _named(model.sql, catalogue)
        for model in models_in_order(catalogue)
        if model.table in written
    }


def _named(sql: str, catalogue: Catalogue) -> set[str]:
    tree = sqlglot.parse_one(sql, dialect="duckdb")
    texts = {each.name for each in tree.find_all(exp.Literal) if each.is_string}
    columns = {each.name for each in tree.find_all(exp.Column)} - _facts(catalogue)
    tables = {f"{each.db}.{each.name}" for each in tree.find_all(exp.Table)}
    aliases = [alias for alias in catalogue.aliases if LIST_READ_FROM[alias] & tables]
    return texts | columns | {f"{alias}.{name}" for alias in aliases for name in columns}


def _facts(catalogue: Catalogue) -> set[str]:
    """The names of cells that the system fills: in a table they are keys of their own right."""
    return {field.name for field in catalogue.fields.values() if field.is_system_owned}


LIST_READ_FROM: Mapping[str, frozenset[str]] = {
    "l1": frozenset({"core.l1"}),
    "l2": frozenset({"core.l2", "core.tie"}),
    "l3": frozenset({"core.l3", "core.matter", "core.unit_matter"}),
}
"""The tables whose columns are the columns of a list."""


def _charts(catalogue: Catalogue) -> dict[str, set[str]]:
    return {
        chart.id: set(chart.shows)
        for board in catalogue.dashboards.values()
        for chart in board.charts
        if chart.drawn_as
    }
