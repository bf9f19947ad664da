"""真实的例外: where an honest unit departs from a norm, so that only a 核实 rule may name it."""

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from pipelines.sample.cadres import SMALL_STAFF
from pipelines.sample.turn import Fields, Row, Value

Departure = tuple[str, str | None, int | None]
"""Rule, field, line (counted from 1) of a list."""

Numbers = Mapping[str, Any]
Test = Callable[[Numbers, Numbers], bool]

OBJECTED = 2
SOME_MONEY = 0.001
COMMITTEE_FROM, GENERAL_FROM = 100, 50
"""Members from which an organ has a committee (机关党委), or a general branch (党总支)."""

JUDGED = frozenset({"typed", "zero_default", "carried_editable"})


def departures(
    now: Numbers, before: Numbers, rows: Mapping[str, list[Row]], fields: Fields, mutual: set[str]
) -> list[Departure]:
    """Every departure of one unit and quarter; `mutual` are the pair_ids the partner bears out.

    `now` and `before` hold the reported values of this quarter and the last.
    """
    found: list[Departure] = [
        (rule, field, None)
        for rule, field, departs in NORMS
        if field in now and departs(now, before)
    ]
    found += _unusual(now, rows, fields)
    found += _one_sided(rows["l2"], mutual)
    found += [
        ("R408", "l3.mirror_confirmed", line)
        for line, row in enumerate(rows["l3"], start=1)
        if row["mirror_confirmed"] == OBJECTED
    ]
    return found


def _unusual(now: Numbers, rows: Mapping[str, list[Row]], fields: Fields) -> Iterator[Departure]:
    """Values outside the usual range (R006)."""
    for name, value in now.items():
        if _is_unusual(value, name, fields):
            yield "R006", name, None
    for alias, lines in rows.items():
        for line, row in enumerate(lines, start=1):
            for column, value in row.items():
                if _is_unusual(value, f"{alias}.{column}", fields):
                    yield "R006", f"{alias}.{column}", line


def _is_unusual(value: Value, name: str, fields: Fields) -> bool:
    field = fields[name]
    if field.typical is None or value is None or field.entry not in JUDGED:
        return False
    low, high = field.typical
    return isinstance(value, int | Decimal) and not low <= value <= high


def _one_sided(rows: list[Row], mutual: set[str]) -> Iterator[Departure]:
    for line, row in enumerate(rows, start=1):
        if row["partner_unit_code"] and row["pair_id"] not in mutual:
            yield "R412", "l2.partner_unit_code", line


def _understaffed(now: Numbers, _before: Numbers) -> bool:
    staff, cadres = now["staff_total"], now["cadre_ft_close"]
    if staff < SMALL_STAFF:
        return bool(cadres + now["cadre_pt_total"] < 1)
    return bool(cadres * 100 < staff)


def _outgrown(now: Numbers, _before: Numbers) -> bool:
    members, kind = now["member_close"], now["party_org_type"]
    return bool(members >= COMMITTEE_FROM and kind != 1) or bool(
        GENERAL_FROM <= members < COMMITTEE_FROM and kind not in {1, 2}
    )


def _overspent(now: Numbers, _before: Numbers) -> bool:
    income = now.get("fund_received_ytd", now["fund_budget_year"]) + now["fund_pooled_in_ytd"]
    return bool(now["fund_spent_ytd"] > income)


def _rushed(now: Numbers, before: Numbers) -> bool:
    spent = float(now["fund_spent_ytd"])
    if not now["report_period"].endswith("Q4") or not before or spent <= SOME_MONEY:
        return False
    return spent - float(before["fund_spent_ytd"]) > 0.6 * spent


def _odd_dues(now: Numbers, _before: Numbers) -> bool:
    return (
        not 0.8 * float(now["dues_payable"])
        <= float(now["dues_paid"])
        <= 1.2 * float(now["dues_payable"])
    )


def _generous(now: Numbers, _before: Numbers) -> bool:
    return (now["appraisal_excellent"] or 0) * 3 > (now["appraisal_joined"] or 0)


def _members_moved(now: Numbers, _before: Numbers) -> bool:
    opening = now["member_open"]
    change = abs(now["member_close"] - opening)
    return not now["change_type"] and bool(change > max(5, 0.15 * opening))


def _staff_moved(now: Numbers, before: Numbers) -> bool:
    if not before or now["change_type"]:
        return False
    was = before["staff_total"]
    return bool(abs(now["staff_total"] - was) > max(5, 0.2 * was))


def _budget_changed(now: Numbers, before: Numbers) -> bool:
    if not before or now["report_period"].endswith("Q1"):
        return False
    return bool(now["fund_budget_year"] != before["fund_budget_year"])


NORMS: tuple[tuple[str, str, Test], ...] = (
    ("R106", "branch_7plus_no_committee", lambda now, _: now["branch_7plus_no_committee"] > 0),
    ("R107", "branch_over50_count", lambda now, _: now["branch_over50_count"] > 0),
    (
        "R108",
        "branch_under3_count",
        lambda now, _: now["branch_under3_count"] > now["joint_branch_count"],
    ),
    (
        "R113",
        "discipline_body",
        lambda now, _: now["party_org_type"] == 1 and now["discipline_body"] == 0,
    ),
    ("R130", "cadre_ft_close", _understaffed),
    ("R132", "member_close", _outgrown),
    ("R134", "cadre_ft_two_terms", lambda now, _: now["cadre_ft_two_terms"] > 0),
    ("R148", "appraisal_excellent", _generous),
    ("R150", "branch_meet_ok", lambda now, _: now["branch_meet_ok"] < now["branch_close"]),
    ("R163", "fund_spent_ytd", _overspent),
    ("R166", "dues_paid", _odd_dues),
    ("R204", "election_overdue", lambda now, _: now["election_overdue"] > 0),
    ("R308", "fund_budget_year", _budget_changed),
    ("R310", "member_close", _members_moved),
    ("R310", "staff_total", _staff_moved),
    ("R314", "fund_spent_ytd", _rushed),
)
