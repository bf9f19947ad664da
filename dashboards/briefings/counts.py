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
ON_TIME = "select unit_code, is_on_time from core.duty where period = ? and owes"
BELOW = ("near", "missed")


def count_of(facts: "Facts", name: str, scope: Scope, period: str) -> "float | Absent":
    """A count by its name; `name:argument` counts about an indicator or a field."""
    kind, _, about = name.partition(":")
    if about:
        return ABOUT[kind](facts, about, scope, period)
    found = PLAIN[kind](facts, scope, period)
    return found if isinstance(found, Absent) else float(found)


def _expected(facts: "Facts", scope: Scope, period: str) -> int:
    return facts.duty(scope, period).height


def _received(facts: "Facts", scope: Scope, period: str) -> int:
    return int(facts.duty(scope, period)["is_received"].sum())


def _missing(facts: "Facts", scope: Scope, period: str) -> int:
    return _expected(facts, scope, period) - _received(facts, scope, period)


def _used(facts: "Facts", scope: Scope, period: str) -> int:
    return int(facts.duty(scope, period)["is_used"].sum())


def _on_time(facts: "Facts", scope: Scope, period: str) -> "int | Absent":
    if not facts.snapshot.holds("core.duty", "is_on_time"):  # published by an earlier version
        return Absent("missing")
    asked = facts.duty(scope, period).select("unit_code")
    came = facts.snapshot.ask(ON_TIME, period)
    return int(came.join(asked, on="unit_code")["is_on_time"].fill_null(value=False).sum())


def _earlier(facts: "Facts", scope: Scope, period: str) -> int:  # noqa: ARG001 as the others
    return sum(other < period for other in facts.snapshot.periods)


def _matters(facts: "Facts", scope: Scope, period: str) -> pl.DataFrame:
    """The matters of the quarter that touch the scope, once each; withdrawn ones do not count."""
    rows = queries.matters(facts.reader, facts.snapshot, period)
    inside = facts.duty(scope, period)["unit_code"].implode()
    sides = [pl.col(f"{side}_code").is_in(inside) for side in ("initiator", "counterpart")]
    return rows.filter(pl.any_horizontal(sides), pl.col("matter_status") != WITHDRAWN)


def _all_matters(facts: "Facts", scope: Scope, period: str) -> int:
    return _matters(facts, scope, period).height


def _closed_matters(facts: "Facts", scope: Scope, period: str) -> int:
    return _matters(facts, scope, period).filter(pl.col("matter_status") == CLOSED).height


def _matters_going(way: int) -> "Callable[[Facts, Scope, str], int]":
    def counted(facts: "Facts", scope: Scope, period: str) -> int:
        rank = pl.col("initiator_level").replace_strict(RANKS, default=None, return_dtype=pl.Int8)
        other = pl.col("counterpart_level").replace_strict(
            RANKS, default=None, return_dtype=pl.Int8
        )
        going = pl.when(rank < other).then(DOWN).when(rank > other).then(UP).otherwise(PEER)
        return _matters(facts, scope, period).filter(going == way).height

    return counted


RANKS = {"city": 1, "county": 2, "township": 3}
"""A party outside the directory has no level; a matter with it is told as between equals."""


def _units_below(facts: "Facts", indicator: str, scope: Scope, period: str) -> "float | Absent":
    """Units inside the scope whose own value is short of the target."""
    units = [
        Scope("unit", row["unit_code"], row["unit_name"], row["county_code"])
        for row in facts.duty(scope, period).iter_rows(named=True)
    ]
    rows = judged(facts.question(period), [indicator], units)
    if (rows["status"] == "hidden").any():
        return Absent("hidden")
    return float(rows["status"].is_in(BELOW).sum())


def _quarters_below(facts: "Facts", indicator: str, scope: Scope, period: str) -> float:
    """For how many quarters in a row that ask for it the indicator is short of its target."""
    count = 0
    for each in sorted((p for p in facts.snapshot.periods if p <= period), reverse=True):
        status = facts.row(indicator, scope, each)["status"]
        if status not in {*BELOW, "not_due"} or not facts.is_comparable(indicator, each):
            break
        count += status in BELOW
    return float(count)


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


def _own(facts: "Facts", which: str, scope: Scope, period: str) -> float:
    """How many of a unit's own indicators reach their target, or are short of it."""
    statuses = [row["status"] for row in own_rows(facts, scope, period)]
    return float(sum(one in (BELOW if which == "short" else {"met"}) for one in statuses))


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


def _elections_due_next(facts: "Facts", scope: Scope, period: str) -> int:
    """Elections that fall due in the quarter after this one, from the ledgers of the returns."""
    following = Period.parse(period).shifted(1)
    rows = facts.snapshot.ask(LEDGER, period)
    inside = rows.filter(
        pl.col("unit_code").is_in(facts.duty(scope, period)["unit_code"].implode())
    )
    return inside.filter(pl.col("due").is_between(following.first_day, following.last_day)).height


CORRECTIONS = "select corrections from core.period where period = ?"
LEDGER = """
select value.unit_code, value.line, value.date as due
from core.value as value
join core.duty as duty on value.submission_id = duty.submission_id
where duty.period = ? and duty.is_used and value.field = 'l1.due_date' and value.date is not null
"""

PLAIN: "dict[str, Callable[[Facts, Scope, str], int | Absent]]" = {
    "returns_expected": _expected,
    "returns_received": _received,
    "returns_missing": _missing,
    "returns_used": _used,
    "returns_on_time": _on_time,
    "earlier_quarters": _earlier,
    "matters": _all_matters,
    "matters_closed": _closed_matters,
    "matters_down": _matters_going(DOWN),
    "matters_up": _matters_going(UP),
    "matters_between": _matters_going(PEER),
    "elections_due_next": _elections_due_next,
}
ABOUT: "dict[str, Callable[[Facts, str, Scope, str], float | Absent]]" = {
    "units_below": _units_below,
    "quarters_below": _quarters_below,
    "without": _without,
    "redefined": _redefined,
    "corrections": _corrected,
    "own": _own,
}
