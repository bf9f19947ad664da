"""Proposals of a quarter: who is proposed to whom, and what decisions change."""

import random
from decimal import Decimal

import polars as pl
import pytest

from models.proposal import parts_of
from pipelines.build.matching import Pair, matched
from pipelines.build.sharing import sharing

Q = "2026Q2"
SCHEMA = {
    **dict.fromkeys(("period", "resource", "unit_code", "level", "county_code"), pl.String),
    **dict.fromkeys(("spare", "need", "short", "pooled"), pl.Decimal(28, 6)),
    **dict.fromkeys(("taker_code", "taker_level", "taker_county_code", "status"), pl.String),
}


def unit(code, spare, need, county="330702", level="county", resource="venue", pooled=0, short=7):
    numbers = [None if each is None else Decimal(each) for each in (spare, need, short, pooled)]
    return (Q, resource, code, level, county, *numbers, None, None, None, None)


def decision(giver, taker, status, code="3", taker_county="330702"):
    at, there = ("county", "330702"), ("county", taker_county)
    return (Q, code, giver, *at, None, None, None, None, taker, *there, status)


@pytest.fixture
def propose(catalogue):
    def run(*rows):
        frame = pl.DataFrame(list(rows), schema=SCHEMA, orient="row")
        found = sharing(frame, catalogue)
        return {(r["giver_code"], r["taker_code"]): r for r in found.to_dicts()}

    return run


def test_a_unit_with_spare_is_proposed_to_a_unit_in_need_of_its_county(propose):
    found = propose(unit("G1", 1, 0), unit("T1", 0, 1), unit("T2", 0, 1, county="330723"))
    assert set(found) == {("G1", "T1")}
    row = found["G1", "T1"]
    assert (row["spare"], row["room"], row["short"], row["reach"], row["status"]) == (
        Decimal(1), 2, Decimal(7), "same_county", "proposed",
    )  # fmt: skip
    assert parts_of(row["proposal_id"]) == ("3", "G1", "T1")


def test_city_and_county_may_share_but_the_same_county_goes_first(propose):
    city = unit("C1", 1, 0, county="330700", level="city")
    near, far = unit("G1", 1, 0), unit("T1", 0, 1)
    assert set(propose(city, near, far)) == {("G1", "T1")}
    assert set(propose(city, far)) == {("C1", "T1")}


def test_a_unit_in_need_gives_nothing_and_one_that_said_nothing_neither_gives_nor_takes(propose):
    assert propose(unit("G1", 2, 1), unit("T1", None, 1), unit("T2", None, None)) == {}


def test_no_giver_serves_more_than_its_room(propose):
    takers = [unit(f"T{n}", 0, 1) for n in range(6)]
    assert len(propose(unit("G1", 1, 0), *takers)) == 2
    assert len(propose(unit("G1", 9, 0), *takers)) == 4


def test_no_more_is_proposed_than_is_left_in_all(propose):
    rows = [unit(f"G{n}", 3, 0, resource="training", pooled=1) for n in range(2)]
    rows += [unit(f"T{n}", 0, 1, resource="training", pooled=0) for n in range(5)]
    assert len(propose(*rows)) == 2


def test_where_not_all_can_be_served_those_go_first_that_have_least_wherever_they_are(propose):
    rows = [unit("G1", 9, 0, resource="training", pooled=2)]
    rows += [unit("G2", 9, 0, county="330723", resource="training")]
    for code, county, short in (
        ("A1", "330702", 6), ("A2", "330702", 3), ("A3", "330702", 5),
        ("B1", "330723", 4), ("B2", "330723", 7), ("B3", "330723", None),
    ):  # fmt: skip
        rows.append(unit(code, 0, 1, county, resource="training", short=short))
    assert set(propose(*rows)) == {("G1", "A2"), ("G2", "B1")}


def test_a_refused_pair_is_shown_and_not_proposed_again(propose):
    rows = [unit("G1", 1, 0), unit("G2", 1, 0), unit("T1", 0, 1)]
    assert set(propose(*rows)) == {("G1", "T1")}
    found = propose(*rows, decision("G1", "T1", "refused"))
    assert {pair: row["status"] for pair, row in found.items()} == {
        ("G1", "T1"): "refused",
        ("G2", "T1"): "proposed",
    }


def test_an_accepted_pair_is_kept_though_a_lower_code_would_be_proposed(propose):
    rows = [unit("G1", 1, 0), unit("G2", 1, 0), unit("T1", 0, 1)]
    found = propose(*rows, decision("G2", "T1", "accepted"))
    assert {pair: row["status"] for pair, row in found.items()} == {("G2", "T1"): "accepted"}


def test_an_accepted_pair_takes_its_room(propose):
    takers = [unit(f"T{n}", 0, 1) for n in range(4)]
    found = propose(unit("G1", 1, 0), *takers, decision("G1", "T3", "accepted"))
    assert set(found) == {("G1", "T0"), ("G1", "T3")}


def test_an_accepted_pair_stays_and_its_taker_is_not_offered_again_when_the_giver_has_nothing(
    propose,
):
    rows = [unit("G1", 0, 0), unit("G2", 1, 0), unit("T1", 0, 1)]
    found = propose(*rows, decision("G1", "T1", "accepted"))
    assert set(found) == {("G1", "T1")}
    row = found["G1", "T1"]
    assert (row["status"], row["is_supported"], row["room"]) == ("accepted", False, 0)
    assert (row["reach"], row["distance"], row["period"]) == ("same_county", 1, Q)


def test_an_accepted_pair_whose_taker_lacks_nothing_more_still_takes_its_room(propose):
    takers = [unit("T0", 0, 0), *(unit(f"T{n}", 0, 1) for n in range(1, 4))]
    found = propose(unit("G1", 1, 0), *takers, decision("G1", "T0", "accepted"))
    assert {pair: row["is_supported"] for pair, row in found.items()} == {
        ("G1", "T0"): False,
        ("G1", "T1"): True,
    }


def test_an_accepted_pair_stays_when_a_return_is_no_longer_used(propose):
    found = propose(unit("G2", 1, 0), unit("T1", 0, 1), decision("G1", "T1", "accepted"))
    assert set(found) == {("G1", "T1")}
    assert found["G1", "T1"]["spare"] is None


def test_an_accepted_pair_counts_against_what_is_left_in_all_though_no_data_bear_it(propose):
    rows = [unit("G1", 3, 0, resource="training", pooled=2), unit("G2", 0, 0, resource="training")]
    rows += [unit(f"T{n}", 0, 1, resource="training", pooled=0) for n in range(4)]
    found = propose(*rows, decision("G2", "T0", "accepted", code="6"))
    assert {pair for pair, row in found.items() if row["is_supported"]} == {("G1", "T1")}


def test_an_accepted_pair_between_places_that_may_no_longer_share_has_no_reach(propose):
    found = propose(
        unit("G1", 1, 0), unit("T1", 0, 1, county="330723"),
        decision("G1", "T1", "accepted", taker_county="330723"),
    )  # fmt: skip
    row = found["G1", "T1"]
    assert (row["reach"], row["distance"], row["is_supported"]) == (None, None, False)


@pytest.mark.parametrize("seed", range(12))
def test_units_of_one_place_stand_for_one_another_and_nothing_else_is_proposed(propose, seed):
    draw = random.Random(seed)  # noqa: S311 a sample that can be drawn again
    places = [("330702", "county"), ("330723", "township"), ("330700", "city")]
    rows = []
    for number in range(24):
        county, level = draw.choice(places)
        spare, need = draw.choice([(1, 0), (2, 0), (0, 1), (0, 1), (0, 0)])
        rows.append(unit(f"U{number:02}", spare, need, county, level))
    pairs = [Pair(giver[2], taker[2], 1 if giver[4] == taker[4] else 2)
             for giver in rows for taker in rows
             if giver[5] and not giver[6] and taker[6]
             and (giver[4] == taker[4] or "city" in (giver[3], taker[3]))]  # fmt: skip
    refused = draw.sample(pairs, min(3, len(pairs)))
    room = {row[2]: min(4, 2 * int(row[5])) for row in rows}
    left = [pair for pair in pairs if pair not in refused]
    expected = {(pair.giver, pair.taker) for pair in matched(left, room, None)}
    decided = [decision(pair.giver, pair.taker, "refused") for pair in refused]
    found = propose(*rows, *decided)
    assert {pair for pair, row in found.items() if row["status"] == "proposed"} == expected
    assert expected or not left
