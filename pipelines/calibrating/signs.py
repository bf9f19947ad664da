"""校准: how well the signs of formality tell planted returns from honest ones.

Some units of the honest sample are made to fill one quarter in a hurry; the rules of the catalogue
are then judged on them and on all others, at the threshold in force and at others.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import polars as pl

from models.catalogue_model import Catalogue
from models.names import part_names
from models.period import Period, period_range
from models.spec.rule import Moment
from pipelines.calibrating.planting import (
    Planting,
    all_alike,
    as_a_peer,
    as_last_quarter,
    at_the_last_minute,
    draw,
    every_second_rounded,
    full_marks,
    one_title,
    rounded,
    same_day,
    without_problems,
)
from pipelines.calibrating.sample_quarter import Sent, together
from pipelines.frames import Frames
from pipelines.sample.writing import make_sample
from pipelines.validate import Together
from pipelines.validate.batch import table_failures
from pipelines.validate.signs import frames_with_signs, measures
from pipelines.validate.together import tables_of

SPAN, SEED = "2026Q1..2026Q3", 7
PLANTED = 5
"""One unit in so many fills the quarter in a hurry."""

Change = Callable[[Planting], pl.DataFrame]


@dataclass(frozen=True)
class Rate:
    """How a sign does at a threshold, on those filled in a hurry and on the honest ones."""

    rule: str
    planted_as: str
    threshold: float | None
    is_chosen: bool
    planted: int
    honest: int
    recall: float
    false_flags: float


@dataclass(frozen=True)
class Sign:
    """A sign: its rule, how the hurried show it, who can, and the parameter it is judged by.

    `able` is SQL over the submissions: who has enough of what the sign looks at. `threshold`
    names a parameter of `signs`, `others` are further values of it to try. A sign of two quarters
    is planted in both; one of a county in all its units, and is shown at its committee.
    """

    rule: str
    change: Change
    able: str
    threshold: str | None = None
    others: tuple[float, ...] = ()
    two_quarters: bool = False

    @property
    def planted_as(self) -> str:
        """Names the way of filling; its Chinese is in cli.yml."""
        return self.change.__name__


TYPED = "sys__typed_nonzero >= {least_cells}"
SIGNS: Sequence[Sign] = (
    Sign("R601", as_last_quarter, TYPED, "same_share", (0.5, 0.6, 0.8, 0.9)),
    Sign("R602", as_a_peer, TYPED, "same_share", (0.5, 0.6, 0.8, 0.9)),
    Sign("R603", rounded, "sys__big_values >= {least_big}", "round_share", (0.5, 0.6, 0.7, 0.9)),
    Sign("R604", full_marks, "sys__rate_count + sys__prev_rate_count >= 0", "full_share",
         (0.6, 0.65, 0.75, 0.8, 0.9), two_quarters=True),
    Sign("R605", without_problems, "sys__problem_sum + sys__prev_problem_sum >= 0",
         two_quarters=True),
    Sign("R607", every_second_rounded, "sys__last_digit_p IS NOT NULL", "last_digit_p",
         (0.01, 0.001, 0.0001)),
    Sign("R607", at_the_last_minute, "sys__last_minute_share IS NOT NULL", "last_minute_share",
         (0.3, 0.7)),
    Sign("R608", one_title, "sys__matter_rows >= {least_titles}", "title_share", (0.25, 0.75)),
    Sign("R608", same_day, "sys__matter_rows >= {least_matters}", "same_day_share", (0.6, 0.9)),
    Sign("R609", all_alike, "joint_discipline IS NOT NULL"),
)  # fmt: skip


@dataclass(frozen=True)
class Honest:
    """An honest quarter with its tables, and the quarter before it."""

    quarter: Together
    frames: Frames
    before: Together


def calibrate(catalogue: Catalogue, seed: int = SEED, span: str = SPAN) -> list[Rate]:
    """Recall and false flags of every sign, at several thresholds."""
    periods = period_range(span)
    sent = Sent.of(make_sample(catalogue, periods, seed))
    quarter = together(sent, periods[-1])
    honest = Honest(quarter, frames_with_signs(quarter), together(sent, periods[-2]))
    return [rate for sign in SIGNS for rate in _rates(sign, honest, seed)]


def _rates(sign: Sign, honest: Honest, seed: int) -> list[Rate]:
    catalogue, period = honest.quarter.batch.catalogue, honest.quarter.batch.period
    able = _able(sign, honest.frames)
    hurried = {unit for unit in able if _of_county(sign) or _is_hurried(sign, unit, seed)}
    planted = frames_with_signs(_planted(sign, honest, hurried))
    asked = _asked(sign, honest)
    return [
        Rate(
            rule=sign.rule,
            planted_as=sign.planted_as,
            threshold=at,
            is_chosen=sign.threshold is None or at == _in_force(catalogue, sign),
            planted=len(hurried),
            honest=len(asked),
            recall=len(_flagged(sign, planted, period, at) & hurried) / len(hurried),
            false_flags=len(_flagged(sign, honest.frames, period, at) & asked) / len(asked),
        )
        for at in _thresholds(catalogue, sign)
    ]


def _of_county(sign: Sign) -> bool:
    return sign.change in {every_second_rounded, at_the_last_minute}


def _is_hurried(sign: Sign, unit: str, seed: int) -> bool:
    return draw(seed, sign.rule, unit) % PLANTED == 0


def _able(sign: Sign, frames: Frames) -> set[str]:
    test = sign.able.format(**frames.catalogue.parameters["signs"])
    rows = frames.con.execute(f"SELECT submission_id FROM s WHERE {test}").fetchall()  # noqa: S608
    return {unit for (unit,) in rows}


def _asked(sign: Sign, honest: Honest) -> set[str]:
    """Whom the rule is judged for."""
    only = honest.quarter.batch.catalogue.rules[sign.rule].only
    units = honest.quarter.batch.submissions.select("submission_id", "unit_kind").rows()
    return {unit for unit, kind in units if only is None or kind in only}


def _planted(sign: Sign, honest: Honest, hurried: set[str]) -> Together:
    """The quarter as it is when some fill it in a hurry."""
    quarter = honest.quarter
    if sign.change is at_the_last_minute:
        return replace(quarter, received=sign.change(_planting(sign, quarter, hurried)))
    values = sign.change(_planting(sign, quarter, hurried))
    changed = replace(quarter, batch=replace(quarter.batch, values=values))
    if not sign.two_quarters:
        return changed
    before = sign.change(_planting(sign, honest.before, hurried))
    known = measures(tables_of(replace(honest.before.batch, values=before)))
    return replace(changed, measures=known)


def _planting(sign: Sign, quarter: Together, hurried: set[str]) -> Planting:
    """The hurried units; where committees stand for their counties, all units of these."""
    if not _of_county(sign):
        return Planting(quarter, frozenset(hurried))
    units = quarter.batch.submissions.select("submission_id", "dir__county_code").rows()
    counties = {county for unit, county in units if unit in hurried}
    return Planting(quarter, frozenset(unit for unit, county in units if county in counties))


def _thresholds(catalogue: Catalogue, sign: Sign) -> Sequence[float | None]:
    if sign.threshold is None:
        return [None]
    return sorted({_in_force(catalogue, sign), *sign.others})


def _in_force(catalogue: Catalogue, sign: Sign) -> float:
    return float(catalogue.parameters["signs"][sign.threshold])


def _flagged(sign: Sign, frames: Frames, period: Period, at: float | None) -> set[str]:
    """The submissions at which the parts that ask for the threshold point."""
    catalogue = _with_threshold(frames.catalogue, sign, at)
    judged = table_failures(replace(frames, catalogue=catalogue), Moment.QUARTER, period)
    return {each.submission_id for each in judged}


def _with_threshold(catalogue: Catalogue, sign: Sign, at: float | None) -> Catalogue:
    """The catalogue with nothing but this sign, judged at another threshold."""
    rule = catalogue.rules[sign.rule]
    signs = catalogue.parameters["signs"]
    if sign.threshold is None:
        return replace(catalogue, rules={rule.id: rule})
    parts = tuple(each for each in rule.parts if f"par.{sign.threshold}" in part_names(each))
    return replace(
        catalogue,
        rules={rule.id: rule.model_copy(update={"parts": parts})},
        parameters={**catalogue.parameters, "signs": {**signs, sign.threshold: at}},
    )
