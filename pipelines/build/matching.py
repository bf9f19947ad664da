"""Who should share with whom: as many units served as can be, then as near as can be.

A transport problem, solved by HiGHS (`scipy.optimize.milp`). Units between which nothing differs
(same pairs allowed, at the same distances) stand together in it as one place, so that it stays
small; what each place gives and takes is handed to its units in the order of codes.

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
) -> list[Pair]:
    """The pairs to propose: each taker is served once, no giver serves more than its room.

    Args:
        pairs: the pairs allowed.
        room: giver -> how many units it can serve.
        pool: how many can be served in all, if that is limited.
        alike: a unit of the pairs -> itself and the units that could stand in its place in all of
            them, its own code the first; those need no pairs of their own.
    """
    if not pairs or pool == 0:
        return []
    givers = _places(pairs, "giver", "taker", alike)
    takers = _places(pairs, "taker", "giver", alike)
    ways = sorted(pair for pair in pairs if pair.giver in givers and pair.taker in takers)
    most = {giver: sum(room[code] for code in some) for giver, some in givers.items()}
    limits = _limits(ways, most, {taker: len(some) for taker, some in takers.items()}, pool)
    amounts = _amounts(ways, limits)
    return sorted(_handed_out(ways, amounts, givers, takers, room))


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
    ways: Sequence[Pair], givers: Mapping[str, int], takers: Mapping[str, int], pool: int | None
) -> "list[scipy.optimize.LinearConstraint]":
    at_most = [
        *(givers[name] for name in sorted(givers)),
        *(takers[name] for name in sorted(takers)),
    ]
    rows = scipy.sparse.vstack(
        [
            _member([way.giver for way in ways], sorted(givers)),
            _member([way.taker for way in ways], sorted(takers)),
        ]
    )
    found = [scipy.optimize.LinearConstraint(rows, -np.inf, np.array(at_most, float))]
    if pool is not None:
        found.append(_in_all(ways, -np.inf, pool))
    return found


def _in_all(ways: Sequence[Pair], low: float, high: float) -> "scipy.optimize.LinearConstraint":
    ones = scipy.sparse.csr_array(np.ones((1, len(ways))))
    return scipy.optimize.LinearConstraint(ones, low, high)


def _member(of: Sequence[str], names: Sequence[str]) -> "scipy.sparse.csr_array":
    """[names x ways]: 1 where the way is of the name."""
    place = {name: number for number, name in enumerate(names)}
    rows = np.array([place[name] for name in of])
    ones = (np.ones(len(of)), (rows, np.arange(len(of))))
    return scipy.sparse.csr_array(ones, shape=(len(names), len(of)))


def _amounts(
    ways: Sequence[Pair], limits: "Sequence[scipy.optimize.LinearConstraint]"
) -> list[int]:
    """How many are served each way: most in all, then the least distance, then the first codes."""
    most = int(_best(np.full(len(ways), -1.0), limits).sum())
    exactly = _in_all(ways, most, most)
    # One step of distance outweighs every difference in the order of codes.
    step = len(ways) * most + 1
    cost = np.array([way.distance * step + place for place, way in enumerate(ways)], float)
    return [int(amount) for amount in _best(cost, [*limits, exactly])]


def _best(cost: Vector, limits: "Sequence[scipy.optimize.LinearConstraint]") -> Vector:
    found = scipy.optimize.milp(
        cost,
        integrality=np.ones(len(cost)),
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
