"""What the dictionary says, section by section, as texts and as links to other entries."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from dashboards.definitions import target_text
from dashboards.provenance import formula, words_of
from models.catalogue_model import Catalogue
from models.expression import NotInWorkbookError, parse, to_chinese
from models.spec.duty import RegularDuty
from models.spec.form import Field
from models.spec.indicator import Indicator
from models.spec.rule import Part, Rule
from models.spec.structure import Norm
from pipelines.dictionary.columns import Table, tables
from pipelines.field_uses import FieldUse, is_asked, uses

Cell = str | tuple[str, ...]
"""A text, or ids of other entries."""
Row = Mapping[str, Cell]

QUARTERS_A_YEAR = 4
CODES, DUTIES = "codes:", "duties:"
"""Before the ids of code lists and duties: a field often has the same name."""
SIGNS = {"=": " = ", "<>": " ≠ ", "<": " < ", "<=": " ≤ ", ">": " > ", ">=": " ≥ "}


@dataclass(frozen=True)
class Section:
    """A part of the page: its id, an optional title of its own, and its rows, alike in keys.

    `made_of` are ids of other sections: the tables of which this one is made.
    """

    id: str
    rows: Sequence[Row]
    title: str | None = None
    made_of: tuple[str, ...] = ()


def sections(catalogue: Catalogue) -> list[Section]:
    """Everything, in the order of the page; a table of the warehouse is a section of its own."""
    found = [
        Section("fields", [_field(catalogue, each) for each in uses(catalogue)]),
        Section(
            "rules", [_rule(catalogue, catalogue.rules[name]) for name in sorted(catalogue.rules)]
        ),
        Section("indicators", [_indicator(catalogue, i) for i in catalogue.indicators.values()]),
        Section("composites", list(_composites(catalogue))),
        Section("duties", [_duty(catalogue, each) for each in catalogue.duties.duties]),
        Section("codes", [_codes(name, some) for name, some in catalogue.codes.items()]),
        Section("norms", [_norm(catalogue, each) for each in catalogue.norms.values()]),
    ]
    return [*found, *(_table(each) for each in tables(catalogue))]


def _field(catalogue: Catalogue, use: FieldUse) -> Row:
    field = use.field
    return {
        "code": field.code,
        "label": field.zh,
        "name": field.qualified,
        "form": field.form,
        "type": _type(catalogue, field),
        "uom": field.uom or "",
        "levels": _levels(catalogue, field.levels, field.only),
        "quarters": _quarters(catalogue, field.quarters),
        "filled": catalogue.say(f"dictionary.filled_{field.entry}"),
        "formula": said(catalogue, field.formula) if field.formula else "",
        "used_by": tuple(
            f"{DUTIES}{each}" if kind == "duties" else each
            for kind, some in use.used_by.items()
            for each in some
        )
        or catalogue.say("dictionary.unused" if is_asked(field) else "dictionary.not_asked"),
    }


def _type(catalogue: Catalogue, field: Field) -> Cell:
    if field.enum:
        return (f"{CODES}{field.enum}",)
    return catalogue.say(f"dictionary.type_{field.type}")


def _levels(catalogue: Catalogue, levels: Sequence[str], only: Sequence[str] | None) -> str:
    if only is None and len(levels) == len(catalogue.levels):
        return catalogue.say("dashboards.all_levels")
    names = [catalogue.levels[level][1] for level in levels]
    kinds = [catalogue.unit_kinds[kind][1] for kind in only or ()]
    return "、".join(kinds or names)


def _quarters(catalogue: Catalogue, quarters: Sequence[int]) -> str:
    if len(quarters) == QUARTERS_A_YEAR:
        return catalogue.say("dictionary.every_quarter")
    return "、".join(catalogue.say(f"dashboards.quarter_{number}") for number in quarters)


def said(catalogue: Catalogue, text: str) -> str:
    """A formula in Chinese; as it is written where there is no Chinese for it."""
    try:
        return to_chinese(parse(text), words_of(catalogue))
    except (KeyError, NotInWorkbookError):
        return text


def _rule(catalogue: Catalogue, rule: Rule) -> Row:
    return {
        "id": rule.id,
        "kind": catalogue.say(f"dictionary.kind_{rule.kind}"),
        "severity": catalogue.say(f"validate.severity_{rule.severity}"),
        "form": rule.form or "",
        "message": rule.message,
        "parts": "\n".join(_part(catalogue, part) for part in rule.parts),
        "norm": (rule.norm,) if rule.norm else "",
        "in_force": _in_force(catalogue, rule),
    }


def _part(catalogue: Catalogue, part: Part) -> str:
    sides = [said(catalogue, text) for text in (part.left, part.right) if text]
    test = said(catalogue, part.test) if part.test else SIGNS.get(part.op or "", "").join(sides)
    if part.when is None:
        return test
    return catalogue.say("dictionary.part_when", when=said(catalogue, part.when), test=test)


def _in_force(catalogue: Catalogue, rule: Rule) -> str:
    if rule.since is None and rule.until is None:
        return catalogue.say("dictionary.always")
    return catalogue.say("dictionary.in_force", since=rule.since or "", until=rule.until or "")


def _indicator(catalogue: Catalogue, indicator: Indicator) -> Row:
    return {
        "id": indicator.id,
        "zh": indicator.zh,
        "uom": indicator.uom,
        "formula": formula(catalogue, indicator),
        "target": target_text(
            indicator, lambda key, /, **on: catalogue.say(f"dashboards.{key}", **on)
        ),
        "zero_at": f"{indicator.score_zero_at:g}",
        "levels": _levels(catalogue, indicator.levels, indicator.only),
        "quarters": _quarters(catalogue, indicator.quarters),
        "source": _source(catalogue, indicator.target_source),
        "dashboards": "、".join(catalogue.dashboards[board].zh for board in indicator.dashboards),
    }


def _source(catalogue: Catalogue, source: str) -> Cell:
    """The norm of a target; a target without one was proposed here."""
    norms = tuple(each for each in catalogue.norms if each in source)
    return norms or catalogue.say("dictionary.source_local")


def _composites(catalogue: Catalogue) -> Iterator[Row]:
    parts: Iterable[tuple[str, str, str, tuple[str, ...]]] = [
        *(
            (each.id, each.zh, dimension.zh, dimension.indicators)
            for each in catalogue.composites.values()
            for dimension in each.dimensions
        ),
        *(
            (each.id, each.zh, axis.zh, axis.indicators)
            for each in catalogue.profiles.values()
            for axis in each.axes
        ),
    ]
    for id_, zh, dimension, indicators in parts:
        yield {"id": id_, "zh": zh, "dimension": dimension, "indicators": indicators}


def _duty(catalogue: Catalogue, duty: RegularDuty) -> Row:
    return {
        "id": f"{DUTIES}{duty.id}",
        "zh": duty.zh,
        "cadence": catalogue.say(f"cli.cadence_{duty.cadence}"),
        "expected": said(catalogue, duty.expected),
        "done": said(catalogue, duty.done),
        "uom": duty.uom,
        "norm": (duty.norm,) if duty.norm else catalogue.say("dictionary.source_local"),
    }


def _codes(name: str, codes: Mapping[int, str]) -> Row:
    return {
        "id": f"{CODES}{name}",
        "codes": "\n".join(f"{code} {zh}" for code, zh in codes.items()),
    }


def _norm(catalogue: Catalogue, norm: Norm) -> Row:

    status = catalogue.say(f"dictionary.status_{norm.status}")
    return {"id": norm.id, "title": norm.title, "says": norm.says, "status": status}


def _table(table: Table) -> Section:
    rows = [
        {"column": name, "meaning": text, "key": "●" if name in table.grain else ""}
        for name, text in table.columns.items()
    ]
    return Section(table.name, rows, table.zh, table.inputs)
