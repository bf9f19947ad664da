"""Who should share with whom: as many units as can be, as near as can be, the neediest first.

A transport problem, solved by HiGHS (`scipy.optimize.milp`). Units between which nothing differs
(same pairs allowed, at the same distances) stand together in it as one place, so that it stays
small; what a place gives is handed out in the order of codes, what it takes to the neediest first.

`scipy.optimize` is slow to import; named this way it is loaded when a quarter has pairs to match.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
import scipy
from numpy.typing import NDArray

Vector = NDArray[np.float64]
Places = dict[str, tuple[str, ...]]
"""A place by the lowest code in it -> its units in the order of codes."""


class Pair(NamedTuple):
    """A giver and a taker between whom sharing is allowed; the lower the distance, the better."""

    giver: str
    taker: str
    distance: int


def matched(
    pairs: Sequence[Pair],
    room: Mapping[str, int],
    pool: int | None,
    alike: Mapping[str, Sequence[str]] = MappingProxyType({}),
    neediest: Sequence[str] = (),
) -> list[Pair]:
    """The pairs to propose: each taker is served once, no giver serves more than its room.

    Args:
        pairs: the pairs allowed.
        room: giver -> how many units it can serve.
        pool: how many can be served in all, if that is limited.
        alike: a unit of the pairs -> itself and the units that could stand in its place in all of
            them, its own code the first; those need no pairs of their own.
        neediest: takers, those to be served first where not all can be; else codes decide.
    """
    if not pairs or pool == 0:
        return []
    givers = _places(pairs, "giver", "taker", alike)
    takers = _places(pairs, "taker", "giver", alike)
    turns = {code: turn for turn, code in enumerate(neediest)}
    takers = {
        place: tuple(sorted(some, key=lambda code: (turns.get(code, len(turns)), code)))
        for place, some in takers.items()
    }
    ways = sorted(pair for pair in pairs if pair.giver in givers and pair.taker in takers)
    most = {giver: sum(room[code] for code in some) for giver, some in givers.items()}
    amounts = _amounts(ways, most, takers, _turns(takers, turns), pool)
    return sorted(_handed_out(ways, amounts, givers, takers, room))


def _turns(takers: Places, turns: Mapping[str, int]) -> Vector:
    """The turn of every taker, place by place, as the program has them."""
    order = sorted(
        (code for some in takers.values() for code in some),
        key=lambda code: (turns.get(code, len(turns)), code),
    )
    turn = {code: float(number) for number, code in enumerate(order)}
    return np.array([turn[code] for place in sorted(takers) for code in takers[place]])


def _places(
    pairs: Sequence[Pair], one: str, other: str, known: Mapping[str, Sequence[str]]
) -> Places:
    """Put together the units that have the same pairs at the same distances."""
    seen: dict[str, set[tuple[str, int]]] = defaultdict(set)
    for pair in pairs:
        seen[getattr(pair, one)].add((getattr(pair, other), pair.distance))
    alike: dict[frozenset[tuple[str, int]], list[str]] = defaultdict(list)
    for code in sorted(seen):
        alike[frozenset(seen[code])].extend(known.get(code, (code,)))
    return {some[0]: tuple(sorted(some)) for some in alike.values()}


def _limits(
    ways: Sequence[Pair], most: Mapping[str, int], takers: Places, pool: int | None
) -> "list[scipy.optimize.LinearConstraint]":
    """What may be given; and that a place takes over all ways what its units take one by one."""
    slots = [place for place in sorted(takers) for _ in takers[place]]
    giving = _member([way.giver for way in ways], sorted(most))
    taking = _member([way.taker for way in ways], sorted(takers))
    none = scipy.sparse.csr_array((len(most), len(slots)))
    given = scipy.sparse.hstack([giving, none])
    taken = scipy.sparse.hstack([taking, -_member(slots, sorted(takers))])
    at_most = np.array([most[name] for name in sorted(most)], float)
    found = [
        scipy.optimize.LinearConstraint(given, -np.inf, at_most),
        scipy.optimize.LinearConstraint(taken, 0, 0),
    ]
    if pool is not None:
        found.append(_in_all(_over(len(ways), np.ones(len(slots))), -np.inf, pool))
    return found


def _over(ways: int, turns: Vector) -> Vector:
    """A cost that counts what units take, and not by which way."""
    return np.concatenate([np.zeros(ways), turns])


def _in_all(cost: Vector, low: float, high: float) -> "scipy.optimize.LinearConstraint":
    return scipy.optimize.LinearConstraint(scipy.sparse.csr_array(cost[np.newaxis]), low, high)


def _member(of: Sequence[str], names: Sequence[str]) -> "scipy.sparse.csr_array":
    """[names x ways]: 1 where the way is of the name."""
    place = {name: number for number, name in enumerate(names)}
    rows = np.array([place[name] for name in of])
    ones = (np.ones(len(of)), (rows, np.arange(len(of))))
    return scipy.sparse.csr_array(ones, shape=(len(names), len(of)))


def _amounts(
    ways: Sequence[Pair],
    most: Mapping[str, int],
    takers: Places,
    turns: Vector,
    pool: int | None,
) -> list[int]:
    """How many are served each way: one aim after the other, each with those before it kept."""
    limits = _limits(ways, most, takers, pool)
    size, none = len(ways), np.zeros(len(turns))
    aims = (
        _over(size, np.full(len(turns), -1.0)),
        np.concatenate([[float(way.distance) for way in ways], none]),
        _over(size, turns),
        np.concatenate([np.arange(size, dtype=float), none]),
    )
    upper = np.concatenate([np.full(size, np.inf), np.ones(len(turns))])
    found = np.zeros(len(upper))
    for cost in aims:
        found = _best(cost, limits, upper)
        reached = float(cost @ found)
        limits.append(_in_all(cost, reached, reached))
    return [int(amount) for amount in found[:size]]


def _best(
    cost: Vector, limits: "Sequence[scipy.optimize.LinearConstraint]", upper: Vector
) -> Vector:
    found = scipy.optimize.milp(
        cost,
        integrality=np.ones(len(cost)),
        bounds=scipy.optimize.Bounds(0, upper),
        constraints=list(limits),
        options={"mip_rel_gap": 0.0},
    )
    # Serving nobody is always allowed, so there is always an answer.
    return np.asarray(np.round(found.x), dtype=float)


def _handed_out(
    ways: Sequence[Pair],
    amounts: Sequence[int],
    givers: Places,
    takers: Places,
    room: Mapping[str, int],
) -> Iterator[Pair]:
    slots = {
        place: iter([code for code in some for _ in range(room[code])])
        for place, some in givers.items()
    }
    waiting = {place: iter(some) for place, some in takers.items()}
    for way, amount in zip(ways, amounts, strict=True):
        for _ in range(amount):
            yield Pair(next(slots[way.giver]), next(waiting[way.taker]), way.distance)
