"""联动事项: one matter, two units, one set of values, and an answer that both can see."""

from collections import Counter
from datetime import date
from itertools import pairwise

import pytest

from pipelines.sample.turn import Row
from tests.flow.sample.conftest import Told

pytestmark = pytest.mark.xdist_group("sample")

SHARED = (
    "matter_id",
    "matter_title",
    "matter_type",
    "direction",
    "initiator_code",
    "counterpart_code",
    "counterpart_sector",
    "raised_date",
    "due_on",
    "replied_date",
    "closed_date",
    "matter_status",
    "shared_resource",
    "mirror_confirmed",
)
RANKS = {"city": 1, "county": 2, "township": 3}
OPEN = {1, 2}


def test_both_units_list_the_same_values(told: Told) -> None:
    both = 0
    for rows in told.listed.values():
        both += len(rows) > 1
        assert len({tuple(row[name] for name in SHARED) for row in rows.values()}) == 1
    assert both > 100


def test_only_the_two_parties_list_a_matter(told: Told) -> None:
    for rows in told.listed.values():
        for unit_code, row in rows.items():
            assert unit_code in {row["initiator_code"], row["counterpart_code"]}
            assert row["initiator_code"] != row["counterpart_code"]


def test_the_initiator_lists_a_matter_from_the_quarter_it_is_raised(told: Told) -> None:
    for (matter_id, _), rows in told.listed.items():
        row = next(iter(rows.values()))
        day = row["raised_date"]
        assert isinstance(day, date)
        quarter = (day.month + 2) // 3
        assert matter_id.startswith(f"{row['initiator_code']}{day.year}{quarter}")
        raised_in = f"{day.year}Q{quarter}"
        assert row["initiator_code"] in told.listed[matter_id, raised_in]


def test_a_partner_hears_of_a_matter_twenty_days_before_quarter_end_or_next_quarter(
    told: Told,
) -> None:
    late = 0
    for (_, period), rows in told.listed.items():
        row = next(iter(rows.values()))
        day, partner = row["raised_date"], row["counterpart_code"]
        assert isinstance(day, date)
        if f"{day.year}Q{(day.month + 2) // 3}" != period or row["mirror_confirmed"] == 9:
            continue
        last = {1: (3, 31), 2: (6, 30), 3: (9, 30), 4: (12, 31)}[int(period[-1])]
        in_time = (date(day.year, *last) - day).days > 20
        late += not in_time
        assert (partner in rows) == in_time
    assert late


def test_open_matters_are_carried_to_the_next_quarter(told: Told) -> None:
    carried = 0
    for _, before, truth in told.pairs():
        now = {row["matter_id"] for row in truth.rows["l3"]}
        still_open = {r["matter_id"] for r in before.rows["l3"] if r["matter_status"] in OPEN}
        carried += len(still_open)
        assert still_open <= now
    assert carried


def test_ended_matters_are_listed_once_more_only_while_unanswered(told: Told) -> None:
    listed = told.listed
    again = 0
    for first, second in pairwise(told.periods):
        for matter_id in {key for key, period in listed if period == first}:
            row = next(iter(listed[matter_id, first].values()))
            if row["matter_status"] in OPEN:
                continue
            goes_on = (matter_id, second) in listed
            ended_now = _open_before(told, listed, matter_id, first)
            again += goes_on
            assert goes_on == (ended_now and row["mirror_confirmed"] == 0)
    assert again


def _open_before(
    told: Told, listed: dict[tuple[str, str], dict[str, Row]], matter_id: str, period: str
) -> bool:
    """Whether the matter ended in this quarter and not in an earlier one."""
    index = told.periods.index(period)
    rows = listed.get((matter_id, told.periods[index - 1])) if index else None
    return rows is None or next(iter(rows.values()))["matter_status"] in OPEN


def test_status_and_dates_agree(told: Told) -> None:
    for rows in told.listed.values():
        row = next(iter(rows.values()))
        assert (row["matter_status"] == 3) == (row["closed_date"] is not None)
        assert row["matter_status"] != 2 or row["replied_date"] is not None
        for name in ("due_on", "replied_date", "closed_date"):
            assert row[name] is None or row[name] >= row["raised_date"]  # type: ignore[operator]


def test_direction_follows_from_the_two_levels(told: Told) -> None:
    for (_, period), rows in told.listed.items():
        row = next(iter(rows.values()))
        units = told.units[period]
        mine = RANKS[units[str(row["initiator_code"])].level]
        partner = units.get(str(row["counterpart_code"]))
        theirs = RANKS[partner.level] if partner else 0
        assert row["direction"] == (3 if mine == theirs else 1 if mine < theirs else 2)


def test_mirror_is_the_answer_of_the_partner(told: Told) -> None:
    listed = told.listed
    answers: dict[str, object] = {}
    for period in told.periods:
        for (matter_id, when), rows in listed.items():
            if when == period:
                row = next(iter(rows.values()))
                partner = rows.get(str(row["counterpart_code"]), {})
                answers[matter_id] = partner.get("partner_answer") or answers.get(matter_id) or 0
                is_known = row["counterpart_code"] in told.units[period]
                assert row["mirror_confirmed"] == (answers[matter_id] if is_known else 9)


def test_only_partners_answer_and_an_objection_says_why(told: Told) -> None:
    for rows in told.listed.values():
        for unit_code, row in rows.items():
            if unit_code == row["initiator_code"]:
                assert (row["partner_answer"], row["partner_note"]) == (None, None)
            assert (row["partner_answer"] == 2) == (row["partner_note"] is not None)


def test_units_that_send_nothing_answer_nothing(told: Told) -> None:
    silent = 0
    for (matter_id, period), rows in told.listed.items():
        for unit_code, row in rows.items():
            if told.city[unit_code, period].sending.received_at is None and row["partner_answer"]:
                silent += 1
                index = told.periods.index(period)
                before = told.listed[matter_id, told.periods[index - 1]][unit_code]
                assert before["partner_answer"] == row["partner_answer"]


def test_answers_are_believable(told: Told) -> None:
    last = {
        matter_id: next(iter(rows.values()))["mirror_confirmed"]
        for (matter_id, _), rows in sorted(told.listed.items(), key=lambda item: item[0][1])
    }
    counts = Counter(last.values())
    total = sum(counts.values())
    assert 0.75 < counts[1] / total < 0.97
    assert 0 < counts[2] / total < 0.05
    assert 0.02 < counts[0] / total < 0.2
