"""The assignment of givers to takers, against trying everything."""

import random
from itertools import combinations

import pytest

from pipelines.build.matching import Pair, matched


def best_by_trying(pairs, room, pool, neediest):
    """Most units served, then the least distance, then the neediest: by trying every set."""
    most = (0, 0, 0)
    for size in range(1, len(pairs) + 1):
        if pool is not None and size > pool:
            break
        for some in combinations(pairs, size):
            takers = [pair.taker for pair in some]
            givers = [pair.giver for pair in some]
            if len(set(takers)) < size or any(givers.count(g) > room[g] for g in givers):
                continue
            most = max(most, worth(some, neediest))
    return most


def worth(pairs, neediest):
    turns = sum(neediest.index(pair.taker) for pair in pairs)
    return len(pairs), -sum(pair.distance for pair in pairs), -turns


@pytest.mark.parametrize("seed", range(40))
def test_as_many_are_served_as_near_as_trying_everything_finds(seed):
    draw = random.Random(seed)  # noqa: S311
    room = {giver: draw.randint(1, 2) for giver in "ABC"}
    every = [Pair(g, t, draw.randint(1, 3)) for g in room for t in "wxyz"]
    pairs = draw.sample(every, draw.randint(1, 9))
    pool = draw.choice([None, 0, 1, 2, 3])
    neediest = draw.sample("wxyz", 4)
    found = matched(pairs, room, pool, neediest=neediest)
    assert worth(found, neediest) == best_by_trying(pairs, room, pool, neediest)


@pytest.mark.parametrize("seed", range(10))
def test_the_answer_keeps_to_the_pairs_the_room_and_one_giver_each(seed):
    draw = random.Random(seed)  # noqa: S311
    room = {f"G{n}": draw.randint(1, 3) for n in range(12)}
    pairs = [Pair(g, f"T{n:02}", draw.randint(1, 2)) for g in room for n in range(30)
             if draw.random() < 0.3]  # fmt: skip
    found = matched(pairs, room, 15)
    assert len(found) <= 15
    assert set(found) <= set(pairs)
    assert len({pair.taker for pair in found}) == len(found)
    assert all(sum(p.giver == giver for p in found) <= most for giver, most in room.items())


def test_what_is_equal_is_decided_by_the_order_of_codes():
    pairs = [Pair(giver, taker, 1) for giver in ("B", "A") for taker in ("y", "x")]
    assert matched(pairs, {"A": 1, "B": 1}, 1) == [Pair("A", "x", 1)]
    assert matched(pairs, {"A": 2, "B": 2}, None) == [Pair("A", "x", 1), Pair("A", "y", 1)]


def test_the_order_of_the_pairs_given_makes_no_difference():
    pairs = [Pair(f"G{g}", f"T{t}", 1 + (g + t) % 2) for g in range(5) for t in range(7)]
    room = {f"G{g}": 2 for g in range(5)}
    assert matched(pairs[::-1], room, None) == matched(pairs, room, None)


def test_nobody_is_matched_where_nobody_may_be():
    assert matched([], {}, None) == []
