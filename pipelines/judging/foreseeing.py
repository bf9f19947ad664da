"""What the formulas of a workbook will show, by our own engine, before the workbook is written.

A previewer that does not calculate shows what is stored beside a formula. So the workbooks about
to be written are judged like files that have come, all of a quarter at once.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import polars as pl

from models.catalogue_model import Catalogue
from models.period import Period
from models.spec.form import Field, FieldType
from models.units import Directory
from pipelines.extract.store import CELL_SCHEMA
from pipelines.issue import Planned
from pipelines.judging.assemble import make_batch
from pipelines.validate import Judgement, judge
from pipelines.validate.findings import Finding
from pipelines.validate.plan import Judged, part_named
from pipelines.validate.shown import Shown
from pipelines.validate.sides import Sides, sides_of
from pipelines.workbook.content import Computed, Found, Plain, Raw, Sheetful, Value
from pipelines.workbook.layout import Layout, Place, plan
from pipelines.workbook.live import live_lines
from pipelines.workbook.prefill import encode

Key = tuple[str, int, str]
Spot = tuple[str, int | None]

UNREADABLE = "error"
"""The kind of cell that the reader takes nothing from."""
UNSEEN = encode(Sheetful())
"""A sheet knows nothing of what was issued: it computes with what stands in its cells."""


def foreseen(catalogue: Catalogue, units: Directory, planned: Sequence[Planned]) -> list[Planned]:
    """The same workbooks with the results of their formulas, in the same order."""
    by_period: dict[str, list[Planned]] = defaultdict(list)
    for each in planned:
        by_period[each.issue.period].append(each)
    known = {
        id(each): computed
        for period, some in by_period.items()
        for each, computed in zip(
            some, _computed(catalogue, units, Period.parse(period), some), strict=True
        )
    }
    return [replace(each, computed=known[id(each)]) for each in planned]


def _computed(
    catalogue: Catalogue, units: Directory, period: Period, planned: Sequence[Planned]
) -> list[Computed]:
    names = [str(number) for number in range(len(planned))]
    files = [
        (name, name, replace(each.issue, prefill=UNSEEN))
        for name, each in zip(names, planned, strict=True)
    ]
    rows = [
        (name, *cell)
        for name, each in zip(names, planned, strict=True)
        for cell in _cells(catalogue, each)
    ]
    cells = pl.DataFrame(rows, schema=CELL_SCHEMA, orient="row")
    judgement = judge(make_batch(catalogue, period, units, files, cells))
    values = _values(judgement)
    broken = {
        (name, item.qualified, line)
        for name, each in zip(names, planned, strict=True)
        for _, item, line in _filled(catalogue, _layout(catalogue, each), each.shown)
        if _is_broken(each.shown.value(item.qualified, line))
    }
    found = _Finder(catalogue, judgement, broken).found()
    live = {
        kind: {line.ask.key for line in live_lines(catalogue, kind, period.quarter, str(period))}
        for kind in {each.unit.unit_kind for each in planned}
    }
    return [
        Computed(
            values[name],
            {key: one for key, one in found[name].items() if key in live[each.unit.unit_kind]},
        )
        for name, each in zip(names, planned, strict=True)
    ]


# What stands in the cells, as the reader would find it


def _cells(catalogue: Catalogue, planned: Planned) -> Iterator[tuple[Any, ...]]:
    layout = _layout(catalogue, planned)
    for place, item, line in _filled(catalogue, layout, planned.shown):
        value = planned.shown.value(item.qualified, line)
        typed, kind = _typed(catalogue, item, value)
        yield place.sheet, place.cell, item.form, item.qualified, line, typed, kind, None


def _layout(catalogue: Catalogue, planned: Planned) -> Layout:
    rows = {alias: len(some) for alias, some in planned.prefill.rows.items()}
    quarter = Period.parse(planned.issue.period).quarter
    return plan(catalogue, planned.unit.unit_kind, quarter, rows)


def _is_broken(value: Value) -> bool:
    return isinstance(value, Raw) and value.kind == "error"


def _filled(
    catalogue: Catalogue, layout: Layout, shown: Sheetful
) -> Iterator[tuple[Place, Field, int | None]]:
    """The cells that are judged: all fixed ones, and those of rows that exist."""
    for name, place in layout.fixed.items():
        if catalogue.fields[name].formula is None:
            yield place, catalogue.fields[name], None
    for listed in layout.lists.values():
        held = [item for item in listed.fields if item.formula is None]
        for line in range(1, listed.rows + 1):
            typed = (each for each in held if not each.is_system_owned)
            if any(shown.value(each.qualified, line) is not None for each in typed):
                for item in held:
                    yield listed.place(item, line), item, line


def _typed(catalogue: Catalogue, item: Field, value: Value) -> tuple[str | None, str]:
    if value is None:
        return None, "blank"
    if isinstance(value, Raw):
        return value.text, _kind(item, value)
    if item.type is FieldType.ENUM:
        code = int(str(value))
        return f"{code}={catalogue.codes[item.enum or ''][code]}", "text"
    if isinstance(value, date):
        return value.isoformat(), "date"
    return str(value), "text" if isinstance(value, str) else "number"


def _kind(item: Field, raw: Raw) -> str:
    """What the sheet makes of a slip: it tidies nothing, so text is no number and no date."""
    is_code = item.type is FieldType.ENUM and raw.text.partition("=")[0].strip().isdigit()
    is_held = item.type is FieldType.TEXT or is_code or raw.kind != "text"
    return raw.kind if is_held else UNREADABLE


# What our engine makes of it


def _values(judgement: Judgement) -> dict[str, dict[Spot, Plain]]:
    values: dict[str, dict[Spot, Plain]] = defaultdict(dict)
    rows = judgement.frames.con.execute(
        "SELECT submission_id, field, line, number, date FROM recomputed"
    ).fetchall()
    for name, item, line, number, day in rows:
        values[name][item, line] = day if number is None else number
    return values


@dataclass
class _Finder:
    """Sums up findings as the live checks do: how many places, which is the first, what is said."""

    catalogue: Catalogue
    judgement: Judgement
    broken: Set[tuple[str, str, int | None]]
    _rows: dict[tuple[str, Key], list[Finding]] = field(default_factory=lambda: defaultdict(list))

    def found(self) -> dict[str, dict[Key, Found]]:
        """Submission -> check -> what it finds."""
        for each in self.judgement.findings:
            part = part_named(self.catalogue, f"{each.rule}.{each.part}")
            name = each.field or "" if part.rule.each else ""
            self._rows[each.submission_id, (each.rule, each.part, name)].append(each)
        found: dict[str, dict[Key, Found]] = defaultdict(dict)
        for (submission, key), due in self._due().items():
            found[submission][key] = Found(due=due)
        sides = self._sides()
        for (submission, key), some in self._rows.items():
            first = min(some, key=lambda each: each.line or 0)
            text = self._text(first, len(some), sides)
            due = found[submission].get(key, Found()).due
            found[submission][key] = Found(len(some), first.line, text, due)
        return found

    def _due(self) -> Mapping[tuple[str, Key], int]:
        """How many cells of each field had to be filled."""
        required = [rule for rule in self.catalogue.rules.values() if rule.each == "required"]
        rows = self.judgement.frames.con.execute(
            "SELECT submission_id, field, count(*) FROM c WHERE is_required GROUP BY ALL"
        ).fetchall()
        return {
            (submission, (rule.id, 1, item)): count
            for rule in required
            for submission, item, count in rows
        }

    def _sides(self) -> dict[tuple[str, str, int | None], Sides]:
        """Part, submission, line -> the two sides of what failed there."""
        asked: dict[Judged, set[str]] = defaultdict(set)
        for (submission, key), some in self._rows.items():
            part = part_named(self.catalogue, f"{key[0]}.{key[1]}")
            if part.rule.each is None and some:
                asked[part].add(submission)
        return {
            (part.id, *spot): sides
            for part, submissions in asked.items()
            for spot, sides in sides_of(self.judgement.frames, part, sorted(submissions)).items()
        }

    def _text(
        self, first: Finding, count: int, sides: Mapping[tuple[str, str, int | None], Sides]
    ) -> str:
        if (first.submission_id, first.field or "", first.line) in self.broken:
            return self.catalogue.say("workbook.error_in_cell")
        part = part_named(self.catalogue, f"{first.rule}.{first.part}")
        own = Sides(first.value, None, {}, ())
        side = sides.get((part.id, first.submission_id, first.line), own)
        item = self.catalogue.fields[first.field] if first.field else None
        fills = Shown(self.catalogue).fills(item, None, part, side)
        rows = self._named_rows(part, first, count, side)
        template = part.part.message or part.rule.message
        return template.format(**{**fills, "row_list": rows, "org_list": rows})

    def _named_rows(self, part: Judged, first: Finding, count: int, sides: Sides) -> str:
        """The rows as the sheet names them: the first, and how many there are."""
        if part.rule.named_rows and sides.named_rows:
            line, rows = sides.named_rows[0], len(sides.named_rows)
        elif part.rule.rows and first.line is not None:
            line, rows = first.line, count
        else:
            return ""
        more = self.catalogue.say("workbook.more_rows", count=rows) if rows > 1 else ""
        return self.catalogue.say("validate.line", line=line) + more
