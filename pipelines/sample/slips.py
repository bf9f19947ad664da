"""A workbook with slips in it: what is written where, and what the rules will say of it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal

from models.catalogue_model import Catalogue
from models.period import Period
from models.units import UnitVersion
from pipelines.issue import Planned
from pipelines.sample.meaning import Sheet, Spot
from pipelines.sample.noticed import Remark, remarks, rests_on, value_of
from pipelines.sample.recipes import Recipe, Written
from pipelines.sample.remembered import Remembered
from pipelines.sample.writing import as_text
from pipelines.workbook.content import Raw, Sheetful, Value
from pipelines.workbook.layout import Layout, Place, plan

SERIAL_ZERO = date(1899, 12, 30)
FULL_WIDTH = {ord(sign): ord(sign) + 0xFEE0 for sign in "0123456789."}


@dataclass(frozen=True)
class Slip:
    """A slip that was made: the cells changed, the finding it is made for, and what follows."""

    recipe: Recipe
    spots: tuple[Spot, ...]
    main: Remark | None
    entailed: tuple[Remark, ...]


@dataclass(frozen=True)
class Draft:
    """A workbook about to be sent, with the slips made in it so far.

    `raws` is all that is written without regard to the field, `misread` the part of it that has
    no value.
    """

    planned: Planned
    layout: Layout
    sheet: Sheet
    raws: Mapping[Spot, Raw]
    misread: Mapping[Spot, Raw]
    slips: tuple[Slip, ...] = ()

    @property
    def spots(self) -> set[Spot]:
        """Every cell changed so far."""
        return {spot for slip in self.slips for spot in slip.spots}

    def place(self, spot: Spot) -> Place:
        """Where a cell stands."""
        name, line = spot
        field = self.sheet.catalogue.fields[name]
        if field.alias is None:
            return self.layout.fixed[name]
        return self.layout.lists[field.alias].place(field, line or 0)

    def filled(self) -> Planned:
        """The workbook as it is sent, computed cells reckoned again as Excel would."""
        changed = frozenset(name for name, _ in self.spots)
        values = {name: self._shown(name, None, changed) for name in self.sheet.values}
        rows: dict[str, list[Mapping[str, Value]]] = {}
        for alias, some in self.sheet.rows.items():
            used = set(self.sheet.lines(alias))
            rows[alias] = [
                {column: self._shown(f"{alias}.{column}", line, changed) for column in row}
                if line in used
                else row
                for line, row in enumerate(some, start=1)
            ]
        return replace(self.planned, shown=Sheetful(values, rows))

    def _shown(self, name: str, line: int | None, changed: frozenset[str]) -> Value:
        if (name, line) in self.raws:
            return self.raws[name, line]
        field = self.sheet.catalogue.fields[name]
        if field.formula and changed & rests_on(self.sheet.catalogue, frozenset({name})):
            shown: Value = value_of(field, self.sheet.at(name, line))
            return shown
        if field.alias is None:
            kept: Value = self.sheet.overtyped.get(name, self.sheet.values[name])
            return kept
        row: Value = self.sheet.rows[field.alias][(line or 0) - 1].get(field.name)
        return row


def draft(
    catalogue: Catalogue,
    planned: Planned,
    listed: frozenset[str],
    past: Remembered | None = None,
) -> Draft:
    """An honest workbook, ready for slips."""
    period = Period.parse(planned.issue.period)
    counts = {alias: len(some) for alias, some in planned.prefill.rows.items()}
    layout = plan(catalogue, planned.unit.unit_kind, period.quarter, counts)
    rows = {alias: [dict(row) for row in some] for alias, some in planned.shown.rows.items()}
    facts = _facts(catalogue, planned.unit, period)
    values = dict(planned.shown.values)
    sheet = Sheet(catalogue, facts, listed, values, rows, past or Remembered())
    return Draft(planned, layout, sheet, {}, {})


def _facts(catalogue: Catalogue, unit: UnitVersion, period: Period) -> dict[str, Any]:
    """What formulas may name besides fields, as one workbook knows it."""
    return {
        "sys.period_code": str(period),
        "sys.period_start": period.first_day,
        "sys.period_end": period.last_day,
        "sys.quarter": period.quarter,
        "sys.year": period.year,
        "sys.template_version": catalogue.campaign.template_version,
        "dir.valid": 1,
        **{f"dir.{name}": getattr(unit, name) for name in ("unit_code", "unit_name", "unit_kind")},
    }


def with_slip(base: Draft, recipe: Recipe, line: int | None) -> Draft | None:
    """The workbook with one more slip, or None if the slip does not do what it is made for."""
    spots = {(name, line) for name in recipe.names}
    if spots & base.spots:
        return None
    put = {(name, line): _reckoned(base, name, text, line) for name, text in recipe.put.items()}
    raws = {(name, line): _raw(base, (name, line), how) for name, how in recipe.write.items()}
    misread = {**base.misread, **(raws if recipe.breaks else {})}
    blank = {spot: None for spot in raws if recipe.breaks and not _is_computed(base, spot)}
    sheet = base.sheet.with_values({**put, **blank})
    after = replace(base, sheet=sheet, raws={**base.raws, **raws}, misread=misread)
    if any(base.sheet.as_typed().at(*spot) == value for spot, value in put.items()):
        return None
    slip = _slip(base, after, recipe, tuple(sorted(spots)))
    return replace(after, slips=(*base.slips, slip)) if slip else None


def _slip(base: Draft, after: Draft, recipe: Recipe, spots: tuple[Spot, ...]) -> Slip | None:
    """What the slip brings about; None if it hides what was there, or misses its rule."""
    if recipe.breaks is None:
        return Slip(recipe, spots, None, ())
    changed = {*base.spots, *spots}
    before = remarks(base.sheet, base.misread, changed)
    now = remarks(after.sheet, after.misread, changed)
    found = sorted(now - before, key=str)
    main = next((each for each in found if f"{each.rule}.{each.part}" == recipe.breaks), None)
    if main is None or before - now:
        return None
    return Slip(recipe, spots, main, tuple(each for each in found if each != main))


def _reckoned(base: Draft, name: str, text: str, line: int | None) -> Any:
    return value_of(base.sheet.catalogue.fields[name], base.sheet.means(text, line))


def _is_computed(base: Draft, spot: Spot) -> bool:
    return base.sheet.catalogue.fields[spot[0]].formula is not None


def _raw(base: Draft, spot: Spot, how: Written) -> Raw:
    if how.text is not None:
        return Raw("text", how.text.format(**_told(base, spot)))
    if how.number is not None:
        return Raw("number", _serial(base.sheet.means(how.number, spot[1])))
    kind: Literal["error", "uncached"] = "error" if how.error else "uncached"
    return Raw(kind, how.error or how.uncached or "")


def _serial(value: Any) -> str:
    return str((value - SERIAL_ZERO).days) if isinstance(value, date) else as_text(value)


def _told(base: Draft, spot: Spot) -> dict[str, Any]:
    """What a text may say of the value that belongs in the cell."""
    value = base.sheet.at(*spot)
    text = as_text(value)
    codes = base.sheet.catalogue.codes.get(base.sheet.catalogue.fields[spot[0]].enum or "", {})
    return {
        "value": value if isinstance(value, date) else text,
        "number": value,
        "wide": text.translate(FULL_WIDTH),
        "label": codes.get(value, "") if isinstance(value, int) else "",
    }
