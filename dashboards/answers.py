"""From a question to the rows that a chart draws, and the coverage printed under it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import polars as pl

from dashboards import judgement, privacy, queries, scopes, structures
from dashboards.complements import guarded_rates
from dashboards.defined import unlike
from dashboards.live import Live
from dashboards.reader import Reader
from dashboards.scopes import Scope
from dashboards.snapshots import Snapshot
from dashboards.structures import Structure
from dashboards.view import AS_REPORTED, LEVELS, SAME_UNITS, TODAY, View, compared_period
from models.catalogue_model import Catalogue
from models.spec.dashboard import FigureLimits, PrivacyLimits
from models.spec.indicator import Indicator

KEYS = ["scope", "scope_level", "indicator"]
NUMBERS = ("numerator", "denominator", "value", "previous", "total")


@dataclass(frozen=True)
class Answer:
    """Rows in drawing order, and the coverage of the whole they belong to.

    `omitted` counts the scopes that did not fit into the picture, `whole` is the value of all.
    `counted` is how many returns have something to count: a unit without matters has reported,
    and is no part of a rate over matters.
    """

    rows: pl.DataFrame
    expected: int
    used: int
    omitted: int = 0
    whole: float | None = None
    counted: int | None = None


@dataclass(frozen=True, eq=False)
class Question:
    """Who asks what of which snapshot. What several charts need is asked once."""

    reader: Reader
    snapshot: Snapshot
    view: View
    catalogue: Catalogue
    live: Live | None = None
    """The registry at this moment, where the site is told of it."""

    @cached_property
    def level_names(self) -> dict[str, str]:
        """Short names: 县直 says more in a picture than 县(市、区)."""
        return {level: self.catalogue.say(f"dashboards.level_{level}") for level in LEVELS}

    @cached_property
    def duty(self) -> pl.DataFrame:
        period, names = self.view.period, self.level_names
        return queries.duty(self.reader, self.snapshot, period, names, self.under)

    @cached_property
    def answered(self) -> frozenset[str]:
        """The structure views in which the snapshot can be asked."""
        return structures.answered(self.snapshot, self.compared)

    @cached_property
    def under(self) -> Structure:
        """The structure view that is told: as reported where the one chosen cannot be."""
        name, period = self.view.structure, self.view.period
        if name not in self.answered:
            return Structure(AS_REPORTED, period)
        return Structure(name, period, self.compared if name == SAME_UNITS else None)

    def told_in(self, known: frozenset[str]) -> "Question":
        """The same question, as reported where what is asked has no such structure view."""
        if self.under.name in known:
            return self
        return replace(self, view=self.view.under(AS_REPORTED))

    @cached_property
    def compared(self) -> str | None:
        return compared_period(self.view.period, self.snapshot.periods)

    def unlike(self, mark: str = "mark") -> frozenset[str]:
        """What is defined otherwise than in the quarter compared: nothing is said of a move."""
        return unlike(self.snapshot, self.view.period, self.compared or "", mark)

    @cached_property
    def limits(self) -> FigureLimits:
        return FigureLimits(**self.catalogue.parameters["figures"])

    @cached_property
    def privacy(self) -> PrivacyLimits:
        return PrivacyLimits(**self.catalogue.parameters["privacy"])

    @cached_property
    def guarded(self) -> frozenset[str]:
        """The indicators in which a number may describe a few persons."""
        fields = self.catalogue.fields
        entries = self.catalogue.indicators.values()
        return frozenset(entry.id for entry in entries if privacy.is_guarded(entry, fields))

    @cached_property
    def row_scopes(self) -> list[Scope]:
        return scopes.rows_of(self.reader, self.view, self.catalogue.counties, self.duty)

    @cached_property
    def level_scopes(self) -> list[Scope]:
        return scopes.level_rows(self.view, self.level_names)

    @cached_property
    def whole(self) -> Scope:
        """What the view adds up to; its county makes the reader's rights apply."""
        level, code = scopes.whole(self.view)
        return Scope(level, code, self.whole_name, self.view.county or "")

    @cached_property
    def whole_name(self) -> str:
        if self.view.county is None:
            return self.catalogue.structure.city.zh
        return self.catalogue.counties.get(self.view.county, self.level_names["city"])

    def totals(self, fields: Sequence[str], rows: Sequence[Scope]) -> pl.DataFrame:
        """Sums of fields over scopes, small groups taken out."""
        asked = (self.reader, self.snapshot, self.view.period, fields, rows)
        found = queries.field_totals(*asked, self.under)
        known = self.catalogue.fields
        guarded = frozenset(name for name in fields if privacy.is_guarded_field(known[name]))
        safe = privacy.guard_totals(found, guarded, self.reader, self.privacy)
        return self.kept_apart(safe, "field", guarded)

    def guard(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Rates of quarters with small groups taken out, and what would give them back."""
        safe = guarded_rates(self.snapshot.ask, rows, self.guarded, self.reader, self.privacy)
        return self.kept_apart(safe, "indicator", self.guarded)

    def kept_apart(self, rows: pl.DataFrame, named: str, guarded: frozenset[str]) -> pl.DataFrame:
        """Without guarded numbers of other structures: two of them tell of the units between."""
        if self.under.name == AS_REPORTED or self.reader.sees_small_groups:
            return rows
        own = pl.col("scope").is_in(sorted(self.reader.units or ()))
        hides = pl.col(named).is_in(sorted(guarded)) & ~own
        blanked = [
            pl.when(hides).then(None).otherwise(pl.col(name)).alias(name)
            for name in NUMBERS
            if name in rows.columns
        ]
        marked = [pl.col("is_hidden") | hides] if "is_hidden" in rows.columns else []
        return rows.with_columns(*blanked, *marked)

    def covered(self, rows: pl.DataFrame, omitted: int = 0) -> Answer:
        """An answer over several indicators: its coverage is that of the returns."""
        inside = scopes.within(self.view, self.duty)
        return Answer(rows, *structures.returns_of(inside), omitted)

    def capped(self, rows: pl.DataFrame, by: str) -> Answer:
        """The scopes that fit into a picture: the lowest ones, since these need help."""
        most, has_value = self.limits.max_rows, pl.col(by).is_not_null().any().over("scope")
        known = rows.filter(has_value)["scope"].unique(maintain_order=True).tail(most)
        blank = rows.filter(~has_value)["scope"].unique(maintain_order=True)
        kept = pl.concat([known, blank.head(most - known.len())])
        omitted = rows["scope"].n_unique() - kept.len()
        return self.covered(rows.filter(pl.col("scope").is_in(kept.implode())), omitted)

    def counted(self, rows: pl.DataFrame, indicator: str, omitted: int = 0) -> Answer:
        """An answer over one indicator: the coverage of that indicator in the whole."""
        found = judged(self, [indicator], [self.whole]).to_dicts()
        if not found or found[0]["units_expected"] is None:
            return self.covered(rows, omitted)
        asked = self._asked(self.catalogue.indicators[indicator])
        total, (expected, used) = found[0], structures.returns_of(asked)
        return Answer(rows, expected, used, omitted, total["value"], int(total["units_used"]))

    def _asked(self, entry: Indicator) -> pl.DataFrame:
        """The duties inside the view to which an indicator applies."""
        inside = scopes.within(self.view, self.duty)
        asked = inside.filter(pl.col("level").is_in([level.value for level in entry.levels]))
        return asked.filter(pl.col("unit_kind").is_in(list(entry.only))) if entry.only else asked


def judged(question: Question, indicators: Sequence[str], rows: Sequence[Scope]) -> pl.DataFrame:
    """Values of now and then, guarded, each with its gap to the target and its status."""
    periods = [question.view.period, *([question.compared] if question.compared else [])]
    asked = (question.reader, question.snapshot, periods, indicators, rows)
    found = queries.indicator_rows(*asked, question.under)
    now = found.filter(pl.col("period") == question.view.period)
    then = found.filter(
        pl.col("period") == (question.compared or ""),
        ~pl.col("indicator").is_in(list(question.unlike())),
    )
    safe = question.guard(now).join(
        question.guard(then).select(*KEYS, previous="value"),
        on=KEYS, how="left", maintain_order="left",
    ).with_columns(previous=pl.when(~pl.col("is_hidden")).then("previous"))  # fmt: skip
    return safe.with_columns(_verdicts(question, safe))


def _verdicts(question: Question, rows: pl.DataFrame) -> list[pl.Series]:
    judge = _Judge(question)
    verdicts = [judge.verdict(row) for row in rows.iter_rows(named=True)]
    return [
        pl.Series("gap", [distance for distance, _ in verdicts], dtype=pl.Float64),
        pl.Series("status", [status for _, status in verdicts], dtype=pl.String),
    ]


class _Judge:
    """Says of one row whether it should have a value, and how that stands to the target."""

    def __init__(self, question: Question) -> None:
        self.question = question
        self.units = {row["unit_code"]: row for row in question.duty.iter_rows(named=True)}
        used = question.duty.filter(pl.col("is_used"))
        self.used_units = set(used["unit_code"])
        self.used_places = set(zip(used["county_code"], used["level"], strict=True))

    def verdict(self, row: dict[str, Any]) -> tuple[float | None, judgement.Status]:
        entry = self.question.catalogue.indicators[row["indicator"]]
        absent = self._absence(row)
        if absent:
            return None, absent
        distance = judgement.gap(entry, row["value"], row["scope_level"])
        near = self.question.limits.near_part
        return distance, judgement.status_of_gap(entry, distance, near)

    def _absence(self, row: dict[str, Any]) -> judgement.Status | None:
        entry = self.question.catalogue.indicators[row["indicator"]]
        if not judgement.applies(entry, self._levels(row)) or self._excluded(row):
            return "not_applicable"
        if not judgement.is_due(entry, self.question.view.period):
            return "not_due"
        if row["is_hidden"]:
            return "hidden"
        if row["value"] is None:
            return self._nothing(row)
        return None

    def _nothing(self, row: dict[str, Any]) -> judgement.Status:
        """Why a value that is due is not there; the ratio of a unit split since is not split."""
        if not self._reported(row):
            return "missing"
        is_part = self.question.under.name == TODAY and row["scope_level"] == "unit"
        return "not_split" if is_part and row["units_used"] == 0 else "none"

    def _levels(self, row: dict[str, Any]) -> frozenset[str]:
        scope, kind = row["scope"], row["scope_level"]
        if kind == "unit":
            return frozenset({self.units[scope]["level"]}) if scope in self.units else frozenset()
        if kind in {"county_level", "level"}:
            return frozenset({scope.rsplit("/", 1)[-1]})
        return frozenset({"county", "township"} | ({"city"} if kind == "city" else set()))

    def _excluded(self, row: dict[str, Any]) -> bool:
        """Whether the unit is of a kind that is not asked."""
        only = self.question.catalogue.indicators[row["indicator"]].only
        if only is None or row["scope_level"] != "unit":
            return False
        return self.units[row["scope"]]["unit_kind"] not in only

    def _reported(self, row: dict[str, Any]) -> bool:
        if row["scope_level"] == "unit":
            return row["scope"] in self.used_units
        return any(self._inside(row, *place) for place in self.used_places)

    def _inside(self, row: dict[str, Any], county: str, level: str) -> bool:
        wanted_county = row["scope"].split("/")[0]
        return level in self._levels(row) and (
            row["scope_level"] in {"level", "city"} or county == wanted_county
        )


def scaled_gap(question: Question, rows: pl.DataFrame) -> pl.DataFrame:
    """Add `part`: the gap as a part of the way from the score's zero to the target."""
    reach = {name: judgement.reach(entry) for name, entry in question.catalogue.indicators.items()}
    ways = pl.col("indicator").replace_strict(reach, return_dtype=pl.Float64)
    return rows.with_columns(part=pl.col("gap") / ways)


def best_first(rows: pl.DataFrame, by: str) -> pl.DataFrame:
    """Order the rows by the mean of a column over each scope, the best on top, blanks last."""
    means = rows.group_by("scope", "scope_level").agg(pl.col(by).mean().alias("mean"))
    joined = rows.join(means, on=["scope", "scope_level"], maintain_order="left")
    ordered = joined.sort("mean", descending=True, nulls_last=True, maintain_order=True)
    return ordered.drop("mean")
