"""One number of a paper: read from the snapshot through the reader's rights, with its citation.

What must not be said is no number but a reason: nothing there, a denominator of 0, a coverage that
is too low, a small group. The sentence is then dropped and the reason is logged.
"""

from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any

import polars as pl

from dashboards import privacy, queries
from dashboards.answers import Question, judged
from dashboards.briefings.changes import direction
from dashboards.briefings.counts import count_of
from dashboards.briefings.found import Absent, Fact, Found, Reason
from dashboards.briefings.printing import DECIMALS, printed, rounded
from dashboards.defined import defined, since
from dashboards.reader import Reader
from dashboards.scopes import Scope
from dashboards.snapshots import Snapshot
from dashboards.view import CITY_CODE, View
from models.catalogue_model import Catalogue
from models.citation import Citation
from models.period import Period
from models.spec.briefing import BriefingLimits, Earlier, Number

QUARTERS_BACK: dict[Earlier, int] = {"previous": -1, "year_ago": -4}
REASONS: dict[str, Reason] = {
    "hidden": "hidden",
    "none": "denominator",
    "not_due": "not_due",
    "not_applicable": "not_asked",
}
ASKED = """
select county_code, level, unit_kind, unit_code, 1 as owed, is_used::integer as used
from core.duty
where period = ? and owes
"""
SAME_UNITS = """
select unnest(['now', 'then']) as side, ? as scope, ? as scope_level, ? as indicator,
    unnest([numerator_now, numerator_then])::double as numerator,
    unnest([denominator_now, denominator_then])::double as denominator,
    unnest([value_now, value_then])::double as value
from marts.indicator_change
where scope_code = ? and scope_level = ? and indicator = ? and period = ? and kind = ?
"""
HAS_CHANGES = "select 1 from information_schema.tables where table_name = 'indicator_change'"
KINDS: dict[Earlier, str] = {"previous": "previous", "year_ago": "year"}


class Facts:
    """What a reader may be told of one quarter of a snapshot."""

    def __init__(
        self, reader: Reader, snapshot: Snapshot, catalogue: Catalogue, period: str
    ) -> None:
        self.reader, self.snapshot = reader, snapshot
        self.catalogue, self.period = catalogue, period
        self._questions: dict[str, Question] = {}
        self._counted: dict[str, pl.DataFrame] = {}
        self._judged: dict[tuple[str, str, str], Mapping[str, dict[str, Any]]] = {}

    @property
    def limits(self) -> BriefingLimits:
        return self.catalogue.briefing.limits

    def question(self, period: str | None = None) -> Question:
        """The question of a quarter; asked once."""
        asked = period or self.period
        if asked not in self._questions:
            self._questions[asked] = Question(
                self.reader,
                self.snapshot,
                View(asked),
                defined(self.snapshot, self.catalogue, asked),
            )
        return self._questions[asked]

    @cached_property
    def city(self) -> Scope:
        return Scope("city", CITY_CODE, self.catalogue.structure.city.zh, "")

    def earlier(self, which: Earlier, period: str | None = None) -> str | None:
        """The earlier quarter, where the snapshot holds it."""
        found = str(Period.parse(period or self.period).shifted(QUARTERS_BACK[which]))
        return found if found in self.snapshot.periods else None

    def is_comparable(self, name: str, period: str) -> bool:
        """Whether a measure was defined in an earlier quarter as it is in this one."""
        return since(self.snapshot, self.period).get(name, "") <= period

    def duty(self, scope: Scope, period: str | None = None) -> pl.DataFrame:
        """Who owes a return inside a scope."""
        return _inside(self.question(period).duty, scope)

    def row(self, indicator: str, scope: Scope, period: str | None = None) -> dict[str, Any]:
        """One indicator of one scope: its value, its gap, its status."""
        key = (period or self.period, scope.level, scope.code)
        if key not in self._judged:
            names = list(self.catalogue.indicators)
            rows = judged(self.question(period), names, [scope])
            self._judged[key] = {row["indicator"]: row for row in rows.iter_rows(named=True)}
        return self._judged[key].get(indicator, {"status": "hidden", "value": None})

    def is_covered(self, levels: Any, only: Any, scope: Scope, period: str | None = None) -> bool:
        """Whether enough of those who are asked inside the scope have reported."""
        asked = _inside(self._asked(period or self.period), scope)
        asked = asked.filter(pl.col("level").is_in([one.value for one in levels]))
        asked = asked.filter(pl.col("unit_kind").is_in(list(only))) if only else asked
        used, owed = int(asked["used"].sum()), int(asked["owed"].sum())
        return owed > 0 and used >= self.limits.coverage * owed

    def _asked(self, period: str) -> pl.DataFrame:
        """How many owe and have given a return, without their names: any reader may know that."""
        if period not in self._counted:
            self._counted[period] = self.snapshot.ask(ASKED, period)
        return self._counted[period]

    def find(self, number: Number, scope: Scope, period: str | None = None) -> Found:
        """A number of a scope, or why there is none."""
        inside = self.at_level(scope, number.level)
        if number.against:
            return self._change(number, inside)
        readers = {
            "indicator": self._indicator,
            "composite": self._composite,
            "field": self._field,
            "count": self._count,
        }
        return readers[number.source](number, inside, period or self.period)

    def at_level(self, scope: Scope, level: str | None) -> Scope:
        """The part of a scope that is of one level."""
        if level is None:
            return scope
        name = self.question().level_names[level]
        if scope.level == "city":
            return Scope("level", level, name, "")
        return Scope("county_level", f"{scope.code}/{level}", name, scope.county)

    def stated(self, number: Number, scope: Scope, period: str, value: float) -> Fact:
        """A fact with its citation."""
        cited = Citation(period, number.source, number.name, scope.level, scope.code, number.part)
        return Fact(cited, value, self.shown(number, value))

    def target(self, indicator: str) -> Fact:
        """What the catalogue asks of an indicator, wherever it is printed; a band by both ends."""
        entry = self.catalogue.indicators[indicator]
        low, high = entry.target_band or (entry.target or 0.0, None)
        cited = Citation(self.period, "indicator", indicator, "city", CITY_CODE, "target")
        band = self.catalogue.briefing.words["band"]
        text = f"{low:g}" if high is None else band.format(low=f"{low:g}", high=f"{high:g}")
        return Fact(cited, low, text)

    def shown(self, number: Number, value: float) -> str:
        return printed(value, number.format, self.decimals(number))

    def decimals(self, number: Number) -> int:
        """With how many decimals the number is printed."""
        entry = self.catalogue.indicators.get(number.name)
        own = entry.decimals if entry else 1
        return DECIMALS.get(number.format, own)

    def _indicator(self, number: Number, scope: Scope, period: str) -> Found:
        entry = self.catalogue.indicators[number.name]
        row = self.row(number.name, scope, period)
        if row["status"] in REASONS:
            unknown = row["status"] == "none" and row["units_expected"] is None
            return Absent("missing" if unknown else REASONS[row["status"]])
        if row.get(number.part) is None:
            return Absent("missing")
        if self._opens_sensitive(f"{entry.numerator} {entry.denominator}", row["numerator"]):
            return Absent("hidden")
        if not self.is_covered(entry.levels, entry.only, scope, period):
            return Absent("coverage")
        made = self.stated(number, scope, period, float(row[number.part]))
        return replace(made, base=row["denominator"])

    def _opens_sensitive(self, formulas: str, count: float | None) -> bool:
        """A sensitive field is printed from five cases on, and no 0 of it either."""
        names = privacy.NAME.findall(formulas)
        known = self.catalogue.fields
        tender = any(known[name].sensitivity == "sensitive" for name in names if name in known)
        few = count is not None and count <= self.question().privacy.small_to
        return tender and few and not self.reader.sees_small_groups

    def _composite(self, number: Number, scope: Scope, period: str) -> Found:
        rows = queries.composite_rows(self.reader, self.snapshot, period, [number.name], [scope])
        found = rows.to_dicts()
        if not found or found[0][number.part] is None:
            return Absent("missing")
        everyone = [one.id for one in self.catalogue.structure.levels]
        if not self.is_covered(everyone, None, scope, period):
            return Absent("coverage")
        return self.stated(number, scope, period, float(found[0][number.part]))

    def _field(self, number: Number, scope: Scope, period: str) -> Found:
        entry = self.catalogue.fields[number.name]
        found = self.question(period).totals([number.name], [scope]).to_dicts()
        if not found:
            return Absent("missing")
        total = found[0]["total"]
        if total is None:
            return Absent("hidden" if privacy.is_guarded_field(entry) else "missing")
        if self._opens_sensitive(number.name, total):
            return Absent("hidden")
        if not self.is_covered(entry.levels, entry.only, scope, period):
            return Absent("coverage")
        return self.stated(number, scope, period, float(total))

    def _count(self, number: Number, scope: Scope, period: str) -> Found:
        found = count_of(self, number.name, scope, period)
        return found if isinstance(found, Absent) else self.stated(number, scope, period, found)

    def _change(self, number: Number, scope: Scope) -> Found:
        then_period = self.earlier(number.against or "previous")
        if then_period is None:
            return Absent("missing")
        if not self.is_comparable(number.name, then_period):
            return Absent("redefined")
        plain = number.model_copy(update={"against": None, "same_units": False})
        now, then = (self.find(plain, scope, each) for each in (self.period, then_period))
        if number.same_units and isinstance(now, Fact):
            now, then = self._panel(number, now, then_period)
        if isinstance(now, Absent):
            return now
        if isinstance(then, Absent):
            return then
        return self._moved(number, now, then, then_period)

    def _moved(self, number: Number, now: Fact, then: Fact, then_period: str) -> Fact:
        """The difference of the two as printed, so that a reader's subtraction agrees."""
        places = self.decimals(number)
        moved = float(rounded(now.number, places) - rounded(then.number, places))
        cited = replace(
            now.citation,
            part="change",
            compare_to=then_period,
            view="same_units" if number.same_units else "as_reported",
        )
        text = printed(abs(moved), number.format, places)
        return Fact(cited, moved, text, direction(moved, number, self.limits, now.base, then.base))

    def _panel(self, number: Number, now: Fact, then_period: str) -> tuple[Found, Found]:
        """An indicator now and then, over the units that reported in both quarters."""
        if self.snapshot.ask(HAS_CHANGES).is_empty():  # published by an earlier version
            return Absent("missing"), Absent("missing")
        cited = now.citation
        keys = (cited.scope_code, cited.scope_level, number.name)
        kind = KINDS[number.against or "previous"]
        rows = self.snapshot.ask(SAME_UNITS, *keys, *keys, self.period, kind)
        quarter = pl.col("side").replace_strict({"now": self.period, "then": then_period})
        safe = self.question().guard(rows.with_columns(period=quarter))
        found = {row["side"]: row for row in safe.iter_rows(named=True)}
        sides = (found.get(side, {"value": None}) for side in ("now", "then"))
        first, second = (
            Absent("missing")
            if row["value"] is None
            else replace(now, number=row["value"], base=row["denominator"])
            for row in sides
        )
        return first, second


def _inside(rows: pl.DataFrame, scope: Scope) -> pl.DataFrame:
    """The rows about units that lie in a scope."""
    county, _, level = scope.code.partition("/")
    wanted: dict[str, dict[str, str]] = {
        "city": {},
        "county": {"county_code": scope.code},
        "county_level": {"county_code": county, "level": level},
        "level": {"level": scope.code},
        "kind": {"unit_kind": scope.code},
        "unit": {"unit_code": scope.code},
    }
    return rows.filter(**wanted[scope.level]) if wanted[scope.level] else rows
