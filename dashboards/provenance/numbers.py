"""One number: indicator, total of a field, count of a code; with its units and its cells."""

from dataclasses import replace
from typing import Any

import polars as pl

from dashboards.complements import guarded_rates
from dashboards.privacy import guard_totals, is_guarded, is_guarded_field
from dashboards.provenance.asked import Asked, NothingToExplainError, number
from dashboards.provenance.changes import changes
from dashboards.provenance.definitions import defined_then
from dashboards.provenance.formulas import fields_read, first_quarter, formula
from dashboards.provenance.indices import decompose
from dashboards.provenance.parts import EVERYTHING, cells_read
from dashboards.provenance.placed import IN_BOTH, PART, SEEN, left_out, scope_units
from dashboards.provenance.year import year_to_date
from dashboards.structures import PLACED, Structure
from dashboards.view import AS_REPORTED, TODAY
from models.spec.dashboard import PrivacyLimits
from models.spec.indicator import Indicator

VALUE = """
    SELECT numerator, denominator, value, units_expected, units_used, scope_level
    FROM marts.indicator_value
    WHERE indicator = $name AND scope_code = $scope AND period = $period
        AND scope_level = coalesce($level, scope_level)
        AND view = $view AND compare_to IS NOT DISTINCT FROM $compare_to
    ORDER BY scope_level
"""
TOTAL = """
    SELECT total, units_expected, units_used, scope_level FROM marts.field_total
    WHERE field = $name AND scope_code = $scope AND period = $period
        AND scope_level = coalesce($level, scope_level) AND coalesce({view}, 'as_reported') = $view
    ORDER BY scope_level
"""
COUNT = """
    SELECT units, units_expected, units_used, scope_level FROM marts.code_count
    WHERE field = $name AND code = $code AND scope_code = $scope AND period = $period
        AND scope_level = coalesce($level, scope_level) AND coalesce({view}, 'as_reported') = $view
    ORDER BY scope_level
"""
OF_UNIT = """
    SELECT v.number, 1, 1, 'unit' FROM core.value AS v
    JOIN core.duty AS d ON d.submission_id = v.submission_id AND d.is_used
    WHERE v.field = $name AND v.unit_code = $scope AND v.period = $period AND v.line IS NULL
"""
REPORTED = Structure()
MISSING = f"""
    SELECT unit_code, unit_name, {SEEN} FROM ({{units}}) AS duty
    WHERE NOT is_used AND list_contains($kinds, unit_kind) ORDER BY 1
"""  # noqa: S608
SHARES = f"""
    SELECT duty.unit_code, duty.unit_name, p.numerator, p.denominator, {{part}}, count(*) OVER ()
    FROM ({{units}}) AS duty
    JOIN marts.indicator_part AS p
        ON p.unit_code = duty.unit_code AND p.period = duty.period AND p.indicator = $name
    {{in_both}}
    WHERE {SEEN} AND duty.is_used AND p.numerator IS NOT NULL AND p.denominator > 0
    ORDER BY p.denominator DESC, 1 LIMIT $limit
"""  # noqa: S608


def trace(asked: Asked, name: str) -> dict[str, Any]:
    """Explain whatever the name stands for: indicator, index, profile, `field` or `field=code`.

    Raises:
        NothingToExplainError: there is no such name, or no such number for this reader.
    """
    catalogue = asked.catalogue
    if name in catalogue.composites or name in catalogue.profiles:
        return decompose(asked, name)
    follow = explain_field if name.partition("=")[0] in catalogue.fields else explain
    return follow(asked, name)


def explain(asked: Asked, name: str) -> dict[str, Any]:
    """The contract of `sanji explain --json`.

    With a limit, so many units and cells are told; the totals say how many there are.

    Raises:
        NothingToExplainError: the snapshot holds no such value for this reader.
    """
    asked, definition = defined_then(asked, name)
    indicator = asked.catalogue.indicators.get(name)
    if indicator is None:
        raise NothingToExplainError("no_indicator", indicator=name)
    asked.must_be_held()
    rows = asked.rows(VALUE, name=name)
    if not rows and asked.under.name == TODAY:  # a unit whose past is its own
        asked = replace(asked, under=REPORTED, level=asked.level or "unit")
        rows = asked.rows(VALUE, name=name)
    if not rows:
        asked.nothing(name)
    asked = replace(asked, level=rows[0][5])
    asked.must_be_seen(name)
    kinds = asked.catalogue.kinds_with(indicator)
    since = first_quarter(indicator, asked.period)
    return {
        "indicator": name,
        "zh": indicator.zh,
        "scope": asked.scope,
        "scope_level": asked.level,
        "scope_name": asked.place,
        "period": asked.period,
        **_shown(asked, indicator, rows[0]),
        "formula": formula(asked.catalogue, indicator),
        "rollup": indicator.rollup,
        "definition": None,
        **definition,
        "units_expected": rows[0][3],
        "units_used": rows[0][4],
        **_missing(asked, kinds),
        "year_to_date": year_to_date(asked, indicator),
        **_viewed(asked),
        **_split(asked, indicator),
        **_told(asked, fields_read(indicator), kinds, since),
    }


def explain_field(asked: Asked, name: str) -> dict[str, Any]:
    """The same for the total of a field (`fund_budget_year`) or the count of a code (`field=1`).

    Raises:
        NothingToExplainError: the snapshot holds no such total for this reader.
    """
    field, _, code = name.partition("=")
    catalogue = asked.catalogue
    asked.must_be_held()
    rows = _totals(asked, field, code)
    if not rows and not code and asked.under.name in PLACED:
        asked = replace(asked, under=REPORTED)
        rows = asked.rows(OF_UNIT, name=field)
    if not rows:
        asked.nothing(name)
    asked = replace(asked, level=rows[0][3])
    asked.must_be_seen(name)
    entry = catalogue.fields[field]
    kinds = [each for each in catalogue.unit_kinds
             if entry in catalogue.fields_for(each, int(asked.period[5]))]  # fmt: skip
    key = "explain.count" if code else "explain.total"
    label = catalogue.codes[entry.enum or ""][int(code)] if code else ""
    return {
        "indicator": name,
        "zh": catalogue.say(key, zh=entry.zh, label=label),
        "scope": asked.scope,
        "scope_level": asked.level,
        "scope_name": asked.place,
        "period": asked.period,
        **_shown_total(asked, field, rows[0][0]),
        "formula": catalogue.say(f"{key}_formula", zh=entry.zh, code=entry.code, label=label),
        "units_expected": rows[0][1],
        "units_used": rows[0][2],
        **_missing(asked, kinds),
        **_viewed(asked),
        "changes": [],
        "units": [],
        "units_total": 0,
        **_told(asked, {field}, kinds, asked.period, _chosen(asked, field, code)),
    }


def _chosen(asked: Asked, field: str, code: str) -> int | None:
    """The code whose cells are told; all cells where the choice itself would tell of a few."""
    guarded = is_guarded_field(asked.catalogue.fields[field])
    return int(code) if code and (asked.is_open or not guarded) else None


def _totals(asked: Asked, field: str, code: str) -> list[tuple[Any, ...]]:
    if code:
        counts = COUNT.format(view=asked.column("marts.code_count", "view"))
        return asked.rows(counts, name=field, code=int(code))
    return asked.rows(TOTAL.format(view=asked.column("marts.field_total", "view")), name=field)


def _viewed(asked: Asked) -> dict[str, Any]:
    """The structure view that is told, and who is left out in it."""
    return {"view": asked.under.name, "compare_to": asked.under.compare_to, **left_out(asked)}


def _shown(asked: Asked, indicator: Indicator, row: tuple[Any, ...]) -> dict[str, Any]:
    """Value and sides, blank where privacy decides so."""
    sides = {"value": row[2], "numerator": row[0], "denominator": row[1]}
    guarded = is_guarded(indicator, asked.catalogue.fields)
    frame = pl.DataFrame([{
        "indicator": indicator.id, "scope": asked.scope, "scope_level": asked.level,
        "period": asked.period, **{name: number(value) for name, value in sides.items()}}],
        schema_overrides=dict.fromkeys(sides, pl.Float64))  # fmt: skip
    limits = _limits(asked)
    names = frozenset({indicator.id} if guarded else ())
    if guarded and _is_told_apart(asked):
        return {**dict.fromkeys(sides), "is_hidden": True}
    told = guarded_rates(asked.ask, frame, names, asked.reader, limits).row(0, named=True)
    return {**{name: told[name] for name in sides}, "is_hidden": told["is_hidden"]}


def _shown_total(asked: Asked, field: str, total: Any) -> dict[str, Any]:
    guarded = is_guarded_field(asked.catalogue.fields[field])
    frame = pl.DataFrame({"field": [field], "scope": [asked.scope], "scope_level": [asked.level],
                          "total": [number(total)]})  # fmt: skip
    names = frozenset({field} if guarded else ())
    limits = _limits(asked)
    shown = guard_totals(frame, names, asked.reader, limits)["total"][0]
    if guarded and _is_told_apart(asked):
        shown = None
    return {"value": shown, "numerator": shown, "denominator": None,
            "is_hidden": total is not None and shown is None}  # fmt: skip


def _is_told_apart(asked: Asked) -> bool:
    """Whether the difference to the view as reported would tell of the few units between."""
    return asked.under.name != AS_REPORTED and not asked.is_open


def _limits(asked: Asked) -> PrivacyLimits:
    return PrivacyLimits(**asked.catalogue.parameters["privacy"])


def _missing(asked: Asked, kinds: list[str]) -> dict[str, Any]:
    """The units of the scope that have the number and whose return is not in it."""
    rows = asked.rows(MISSING.format(units=scope_units(asked)), kinds=kinds)
    named = {code: name for code, name, seen in rows if seen}
    return {"missing": [*named], "missing_names": named,
            "missing_hidden": len(rows) - len(named)}  # fmt: skip


def _split(asked: Asked, indicator: Indicator) -> dict[str, Any]:
    """What became of it, and the units in it with what each brings, how many there are.

    Neither where that would tell of a few.
    """
    if is_guarded(indicator, asked.catalogue.fields) and not (
        asked.reader.sees_small_groups or asked.is_own
    ):
        return {"changes": [], "units": [], "units_total": 0}
    view = asked.under.name
    shares = SHARES.format(
        units=scope_units(asked), part=PART.get(view, "NULL, NULL"), in_both=IN_BOTH.get(view, "")
    )
    rows = asked.rows(shares, name=indicator.id, limit=asked.limit or EVERYTHING)
    units = [
        {"unit_code": code, "unit_name": name, "numerator": number(top),
         "denominator": number(bottom), "part": part, "heirs": heirs}
        for code, name, top, bottom, part, heirs, _ in rows
    ]  # fmt: skip
    total = rows[0][-1] if rows else 0
    return {"changes": changes(asked, indicator.id), "units": units, "units_total": total}


def _told(
    asked: Asked, fields: set[str], kinds: list[str], since: str, chosen: int | None = None
) -> dict[str, Any]:
    """The cells, how many there are, how many of them the reader may not see."""
    parts, every, hidden = cells_read(asked, fields, kinds, since, chosen)
    return {"parts": parts, "parts_total": every, "parts_hidden": hidden}
