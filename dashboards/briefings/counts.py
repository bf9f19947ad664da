"""What a paper counts over rows: returns, matters, units below a target. Each count has a name."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

import polars as pl

from dashboards import queries
from dashboards.answers import judged
from dashboards.briefings.found import Absent
from dashboards.coordination_charts import CLOSED, WITHDRAWN
from dashboards.scopes import Scope
from models.period import Period

if TYPE_CHECKING:
    from dashboards.briefings.facts import Facts
    from models.spec.briefing import Earlier

DOWN, UP, PEER = 1, 2, 3
ON_TIME = "select unit_code from core.duty where period = ? and owes and is_on_time"
BELOW = ("near", "missed")


Counted = pl.DataFrame | float
"""The rows that count, or a number that is no count of rows."""


def count_of(facts: "Facts", name: str, scope: Scope, period: str) -> "float | Absent":
    """A count by its name; `name:argument` counts about an indicator or a field."""
    return amount(counted(facts, name, scope, period))


def amount(found: "Counted | Absent") -> "float | Absent":
    """The number of what was counted."""
    return float(found.height) if isinstance(found, pl.DataFrame) else found


def counted(facts: "Facts", name: str, scope: Scope, period: str) -> "Counted | Absent":
    """What a count counts: its rows, each with the keys that find it in the snapshot."""
    kind, _, about = name.partition(":")
    return ABOUT[kind](facts, about, scope, period) if about else PLAIN[kind](facts, scope, period)


def _expected(facts: "Facts", scope: Scope, period: str) -> pl.DataFrame:
    return facts.duty(scope, period)


def _received(facts: "Facts", scope: Scope, period: str) -> pl.DataFrame:
    return facts.duty(scope, period).filter("is_received")


def _missing(facts: "Facts", scope: Scope, period: str) -> pl.DataFrame:
    return facts.duty(scope, period).filter(~pl.col("is_received"))


def _used(facts: "Facts", scope: Scope, period: str) -> pl.DataFrame:
    return facts.duty(scope, period).filter("is_used")


def _on_time(facts: "Facts", scope: Scope, period: str) -> "pl.DataFrame | Absent":
    if not facts.snapshot.holds("core.duty", "is_on_time"):  # published by an earlier version
        return Absent("missing")
    came = facts.snapshot.ask(ON_TIME, period)
    return facts.duty(scope, period).join(came, on="unit_code", how="semi")


def _earlier(facts: "Facts", scope: Scope, period: str) -> pl.DataFrame:  # noqa: ARG001 as the others
    return pl.DataFrame({"period": [other for other in facts.snapshot.periods if other < period]})


def _matters(facts: "Facts", scope: Scope, period: str) -> pl.DataFrame:
    """The matters of the quarter that touch the scope, once each; withdrawn ones do not count."""
    rows = queries.matters(facts.reader, facts.snapshot, period)
    inside = facts.duty(scope, period)["unit_code"].implode()
    sides = [pl.col(f"{side}_code").is_in(inside) for side in ("initiator", "counterpart")]
    return rows.filter(pl.any_horizontal(sides), pl.col("matter_status") != WITHDRAWN)


def _closed_matters(facts: "Facts", scope: Scope, period: str) -> pl.DataFrame:
    return _matters(facts, scope, period).filter(pl.col("matter_status") == CLOSED)


def _matters_going(way: int) -> "Callable[[Facts, Scope, str], pl.DataFrame]":
    def going_so(facts: "Facts", scope: Scope, period: str) -> pl.DataFrame:
        rank = pl.col("initiator_level").replace_strict(RANKS, default=None, return_dtype=pl.Int8)
        other = pl.col("counterpart_level").replace_strict(
            RANKS, default=None, return_dtype=pl.Int8
        )
        going = pl.when(rank < other).then(DOWN).when(rank > other).then(UP).otherwise(PEER)
        return _matters(facts, scope, period).filter(going == way)

    return going_so


RANKS = {"city": 1, "county": 2, "township": 3}
"""A party outside the directory has no level; a matter with it is told as between equals."""


def _units_below(
    facts: "Facts", indicator: str, scope: Scope, period: str
) -> "pl.DataFrame | Absent":
    """Units inside the scope whose own value is short of the target."""
    units = [
        Scope("unit", row["unit_code"], row["unit_name"], row["county_code"])
        for row in facts.duty(scope, period).iter_rows(named=True)
    ]
    rows = judged(facts.question(period), [indicator], units)
    if (rows["status"] == "hidden").any():
        return Absent("hidden")
    return rows.filter(pl.col("status").is_in(BELOW))


def _quarters_below(facts: "Facts", indicator: str, scope: Scope, period: str) -> pl.DataFrame:
    """The quarters in a row that ask for the indicator and in which it is short of its target."""
    found = []
    for each in sorted((p for p in facts.snapshot.periods if p <= period), reverse=True):
        row = facts.row(indicator, scope, each)
        if row["status"] not in {*BELOW, "not_due"} or not facts.is_comparable(indicator, each):
            break
        if row["status"] in BELOW:
            found.append({"period": each, "value": row["value"]})
    return pl.DataFrame(found, {"period": pl.String, "value": pl.Float64})


def _redefined(facts: "Facts", name: str, scope: Scope, period: str) -> float:  # noqa: ARG001
    """1 where a measure is defined otherwise than in the quarter before, else 0."""
    before = facts.earlier("previous", period)
    return float(before is not None and not facts.is_comparable(name, before))


def _corrected(facts: "Facts", which: str, scope: Scope, period: str) -> "float | Absent":  # noqa: ARG001
    """Returns of an earlier quarter that were reopened after its publication."""
    before = facts.earlier(cast("Earlier", which), period)
    if before is None or not facts.snapshot.holds("core.period", "corrections"):
        return Absent("missing")
    return float(facts.snapshot.ask(CORRECTIONS, before)["corrections"][0])


def _own(facts: "Facts", which: str, scope: Scope, period: str) -> pl.DataFrame:
    """A unit's own indicators that reach their target, or are short of it."""
    wanted = BELOW if which == "short" else ("met",)
    found = [
        {"indicator": row["indicator"], "value": row["value"]}
        for row in own_rows(facts, scope, period)
        if row["status"] in wanted
    ]
    return pl.DataFrame(found, {"indicator": pl.String, "value": pl.Float64})


def own_rows(facts: "Facts", scope: Scope, period: str) -> list[dict[str, Any]]:
    """The indicators that a unit's paper lists, judged."""
    shown = facts.catalogue.briefing.unit_indicators
    return [{"indicator": name, **facts.row(name, scope, period)} for name in shown]


def _without(facts: "Facts", field: str, scope: Scope, period: str) -> "float | Absent":
    """The share of returns that hold nothing in a field, in per cent."""
    rows = queries.field_totals(facts.reader, facts.snapshot, period, [field], [scope]).to_dicts()
    entry = facts.catalogue.fields[field]
    if not rows or not rows[0]["units_used"]:
        return Absent("denominator")
    if not facts.is_covered(entry.levels, entry.only, scope, period):
        return Absent("coverage")
    return 100.0 * float(1 - rows[0]["units_positive"] / rows[0]["units_used"])


def _sampled(facts: "Facts", part: str, scope: Scope, period: str) -> "float | Absent":
    """What the check of random cells found (抽查核实); shares in per cent."""
    if not facts.snapshot.holds("marts.sampling_estimate"):
        return Absent("missing")
    rows = facts.snapshot.ask(SAMPLED, period, scope.level, scope.code)
    value = rows[part][0] if rows.height else None
    return Absent("missing") if value is None else float(value)


def _elections_due_next(facts: "Facts", scope: Scope, period: str) -> pl.DataFrame:
    """Elections that fall due in the quarter after this one, from the ledgers of the returns."""
    following = Period.parse(period).shifted(1)
    rows = facts.snapshot.ask(LEDGER, period)
    inside = rows.filter(
        pl.col("unit_code").is_in(facts.duty(scope, period)["unit_code"].implode())
    )
    return inside.filter(pl.col("due").is_between(following.first_day, following.last_day))


SAMPLED = """
select checked, 100 * error_rate as error_rate, 100 * low as low, 100 * high as high
from marts.sampling_estimate
where period = ? and scope_level = ? and scope_code = ? and subject_kind = 'all'
"""
CORRECTIONS = "select corrections from core.period where period = ?"
LEDGER = """
select value.unit_code, value.line, value.date as due
from core.value as value
join core.duty as duty on value.submission_id = duty.submission_id
where duty.period = ? and duty.is_used and value.field = 'l1.due_date' and value.date is not null
"""

PLAIN: "dict[str, Callable[[Facts, Scope, str], pl.DataFrame | Absent]]" = {
    "returns_expected": _expected,
    "returns_received": _received,
    "returns_missing": _missing,
    "returns_used": _used,
    "returns_on_time": _on_time,
    "earlier_quarters": _earlier,
    "matters": _matters,
    "matters_closed": _closed_matters,
    "matters_down": _matters_going(DOWN),
    "matters_up": _matters_going(UP),
    "matters_between": _matters_going(PEER),
    "elections_due_next": _elections_due_next,
}
ABOUT: "dict[str, Callable[[Facts, str, Scope, str], Counted | Absent]]" = {
    "units_below": _units_below,
    "quarters_below": _quarters_below,
    "without": _without,
    "redefined": _redefined,
    "corrections": _corrected,
    "own": _own,
    "sampled": _sampled,
}
