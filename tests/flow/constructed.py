"""Quarters changed by hand, for the rules that look at several files."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import polars as pl

from pipelines.calibrating.planting import Planting, as_a_peer, as_last_quarter, one_title, rounded
from pipelines.validate import Together
from pipelines.validate.signs import typed_fields

Expected = tuple[str, str | None]
"""Unit, field."""
BELOW = "330702"
"""A county whose files are all there."""


@dataclass(frozen=True)
class Changed:
    """A quarter changed on purpose, and where that must show."""

    quarter: Together
    expected: frozenset[Expected]


def _unit(quarter: Together, kind: str, number: int = 0, county: str | None = None) -> str:
    units = quarter.batch.submissions.filter(pl.col("unit_kind") == kind).sort("submission_id")
    if county:
        units = units.filter(pl.col("dir__county_code") == county)
    return str(units["submission_id"][number])


def _put(quarter: Together, unit: str, **numbers: Any) -> Together:
    """Other numbers in fixed cells; a number is put, a function is asked with the old one."""
    values = quarter.batch.values
    for name, what in numbers.items():
        here = (pl.col("submission_id") == unit) & (pl.col("field") == name)
        old = values.filter(here)["number"][0]
        new = what(old) if callable(what) else what
        number = pl.lit(Decimal(new), dtype=pl.Decimal(18, 4))
        values = values.with_columns(number=pl.when(here).then(number).otherwise(pl.col("number")))
    return _with_values(quarter, values)


def _with_values(quarter: Together, values: pl.DataFrame) -> Together:
    return replace(quarter, batch=replace(quarter.batch, values=values))


def _changed(kind: str, field: str, county: str | None = None, **numbers: Any) -> Any:
    def make(quarter: Together) -> Changed:
        unit = _unit(quarter, kind, county=county)
        return Changed(_put(quarter, unit, **numbers), frozenset({(unit, field)}))

    return make


def _missing(field: str) -> Callable[[Together], Changed]:
    """A unit of the county sends nothing."""

    def make(quarter: Together) -> Changed:
        committee, lost = _unit(quarter, "county_wc"), _unit(quarter, "county_organ")
        batch = quarter.batch
        kept = pl.col("submission_id") != lost
        fewer = replace(
            batch, submissions=batch.submissions.filter(kept), values=batch.values.filter(kept)
        )
        return Changed(replace(quarter, batch=fewer), frozenset({(committee, field)}))

    return make


def _objected(quarter: Together) -> Changed:
    """A partner objects to a matter that it confirmed."""
    values = quarter.batch.values
    rows = values.filter(pl.col("field").str.starts_with("l3."))
    said = rows.filter((pl.col("field") == "l3.partner_answer") & (pl.col("number") == 1))
    unit, line = said.select("submission_id", "line").row(0)
    here = (
        (pl.col("submission_id") == unit)
        & (pl.col("line") == line)
        & (pl.col("field") == "l3.partner_answer")
    )
    number = pl.when(here).then(pl.lit(Decimal(2), dtype=pl.Decimal(18, 4)))
    changed = values.with_columns(number=number.otherwise(pl.col("number")))
    return Changed(_with_values(quarter, changed), frozenset({(unit, "l3.mirror_confirmed")}))


def _one_sided(quarter: Together) -> Changed:
    """One side calls a mutual tie by another type."""
    values = quarter.batch.values
    types = values.filter((pl.col("field") == "l2.pair_type") & (pl.col("number") == 4))
    unit, line = types.select("submission_id", "line").row(0)
    here = (pl.col("submission_id") == unit) & (pl.col("line") == line)
    number = pl.when(here & (pl.col("field") == "l2.pair_type")).then(
        pl.lit(Decimal(5), dtype=pl.Decimal(18, 4))
    )
    changed = values.with_columns(number=number.otherwise(pl.col("number")))
    return Changed(_with_values(quarter, changed), frozenset({(unit, "l2.partner_unit_code")}))


def _as_another(quarter: Together, unit: str, other: str) -> Together:
    """`other` sends what `unit` filled in."""
    values = quarter.batch.values
    theirs = values.filter(pl.col("submission_id") == unit).with_columns(
        submission_id=pl.lit(other)
    )
    return _with_values(
        quarter, pl.concat([values.filter(pl.col("submission_id") != other), theirs])
    )


def _twins(quarter: Together) -> Changed:
    first, second = (_unit(quarter, "township", number) for number in (0, 1))
    expected = frozenset({(first, "unit_code"), (second, "unit_code")})
    return Changed(_as_another(quarter, first, second), expected)


def _twice(quarter: Together) -> Changed:
    """Two versions of one unit are in force."""
    unit, again = _unit(quarter, "township"), "again"
    batch = quarter.batch
    copies = [
        frame.filter(pl.col("submission_id") == unit).with_columns(submission_id=pl.lit(again))
        for frame in (batch.submissions, quarter.received, batch.past.fixed)
    ]
    both = replace(
        batch,
        submissions=pl.concat([batch.submissions, copies[0]]),
        past=replace(batch.past, fixed=pl.concat([batch.past.fixed, copies[2]])),
    )
    doubled = replace(quarter, batch=both, received=pl.concat([quarter.received, copies[1]]))
    values = batch.values.filter(pl.col("submission_id") == unit)
    values = pl.concat([batch.values, values.with_columns(submission_id=pl.lit(again))])
    return Changed(
        _with_values(doubled, values), frozenset({(unit, "unit_code"), (again, "unit_code")})
    )


def _hurried(change: Callable[[Planting], pl.DataFrame], field: str | None) -> Any:
    def make(quarter: Together) -> Changed:
        unit = _unit(quarter, "city_organ", 3)
        planting = Planting(quarter, frozenset({unit}))
        return Changed(_with_values(quarter, change(planting)), frozenset({(unit, field)}))

    return make


FULL = {
    "inner_dept_count": ("inner_dept_covered",), "life_attend_due": ("life_attend_actual",),
    "leader_total": ("leader_dual_life",), "dem_life_issues": ("dem_life_fixed",),
    "affairs_open_due": ("affairs_open_done",), "mind_issue_found": ("mind_issue_solved",),
    "branch_close": ("leader_contact_branches",), "resp_items_total": ("resp_items_assigned",),
    "account_due": ("account_handled",), "inspect_issues": ("inspect_fixed",),
    "leader_team_total": ("leader_dual_duty",),
}  # fmt: skip


def _all_full(quarter: Together) -> Changed:
    """Every ratio is 100%, as it was last quarter."""
    unit = _unit(quarter, "city_organ", 3)
    wholes = {name: 6 for name in FULL if name != "branch_close"}
    parts = {part: 6 for name, some in FULL.items() for part in some if name != "branch_close"}
    parts |= {"member_proposals": 6, "proposals_answered": 6, "opinion_received": 6}
    parts |= {"opinion_replied": 6, "feedback_new": 6}
    full = _put(quarter, unit, **wholes, **parts)
    opening = full.batch.values.filter(
        (pl.col("submission_id") == unit) & (pl.col("field") == "feedback_open")
    )["number"][0]
    full = _put(full, unit, feedback_fixed=opening + 6)
    before = quarter.measures.with_columns(
        pl.when(pl.col("unit_code") == unit).then(13).otherwise(pl.col(name)).cast(pl.Int32)
        .alias(name)
        for name in ("full_rate_count", "rate_count")
    )  # fmt: skip
    return Changed(replace(full, measures=before), frozenset({(unit, None)}))


def _no_problems(quarter: Together) -> Changed:
    unit = _unit(quarter, "city_organ", 3)
    none = dict.fromkeys(
        ("mind_issue_found", "opinion_received", "feedback_new", "inspect_issues"), 0
    )
    before = quarter.batch.past.fixed.filter(pl.col("submission_id") == unit)
    same = before["prev__dem_life_issues"][0]
    quiet = _put(quarter, unit, dem_life_issues=same, **none)
    is_unit = pl.col("unit_code") == unit
    known = quarter.measures.with_columns(
        problem_sum=pl.when(is_unit).then(0.0).otherwise(pl.col("problem_sum"))
    )
    return Changed(replace(quiet, measures=known), frozenset({(unit, "dem_life_issues")}))


def _invented(quarter: Together) -> Changed:
    """A county's large numbers end as people like them, and its files come at the last minute."""
    county = pl.col("submission_id").is_in(list(_of_county(quarter)))
    fields = typed_fields(quarter.batch.catalogue, fixed=True)
    large = county & pl.col("field").is_in(fields) & (pl.col("number") > 0)
    number = (pl.col("number").cast(pl.Float64) / 10).floor() * 10 + 205
    values = quarter.batch.values.with_columns(
        number=pl.when(large).then(number.cast(pl.Decimal(18, 4))).otherwise(pl.col("number"))
    )
    return Changed(_with_values(_late(quarter), values), _committee(quarter))


def _of_county(quarter: Together) -> Iterable[str]:
    units = quarter.batch.submissions.filter(pl.col("dir__county_code") == BELOW)
    return [str(each) for each in units["submission_id"]]


def _late(quarter: Together) -> Together:
    due = dict(quarter.duties.select("unit_code", "due_at").iter_rows())
    of_county = set(_of_county(quarter))
    rows = [
        (sid, version, due[sid] - timedelta(minutes=5) if sid in of_county else at)
        for sid, version, at in quarter.received.iter_rows()
    ]
    return replace(quarter, received=pl.DataFrame(rows, quarter.received.schema, orient="row"))


def _committee(quarter: Together) -> frozenset[Expected]:
    return frozenset({(_unit(quarter, "county_wc", county=BELOW), None)})


JOINT = ("discipline", "organization", "publicity", "union", "youth", "women", "business")
TOGETHER: dict[str, Callable[[Together], Changed]] = {
    "R212": _changed("township", "theme_activity_joint", theme_activity_joint=50),
    "R401": _changed("county_wc", "ct_organ_members", ct_organ_members=lambda old: old + 7),
    "R402": _changed("county_wc", "ct_township_members", ct_township_members=lambda old: old + 7),
    "R403": _changed("county_wc", "ct_branches", ct_branches=lambda old: old + 1),
    "R406": _missing("ct_organs"),
    "R407": _changed("county_wc", "guid_given", guid_given=lambda old: old * 2 + 10),
    "R408": _objected,
    "R409": _changed("city_wc", "train_slots_offered", train_slots_used=9000),
    "R411": _missing("ct_organs"),
    "R412": _one_sided,
    "R501": _twice,
    "R507": _twins,
    "R601": _hurried(as_last_quarter, None),
    "R602": _hurried(as_a_peer, None),
    "R603": _hurried(rounded, None),
    "R604": _all_full,
    "R605": _no_problems,
    "R607": _invented,
    "R608": _hurried(one_title, "l3.matter_title"),
    "R609": _changed("city_organ", "joint_discipline", **{f"joint_{name}": 2 for name in JOINT}),
}
