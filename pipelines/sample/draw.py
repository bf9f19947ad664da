"""Chance with a name: every draw follows from the seed and from what it is drawn for."""

import math
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from hashlib import blake2b
from random import Random
from typing import TypeVar

Item = TypeVar("Item")

MANY_EVENTS, MANY_PARTS = 30, 60
"""Above these the bell curve is near enough and much faster."""


class Draw:
    """Random numbers for one purpose; no other purpose can shift them."""

    def __init__(self, *purpose: object) -> None:
        key = blake2b("|".join(map(str, purpose)).encode(), digest_size=8).digest()
        self._random = Random(int.from_bytes(key))  # noqa: S311 invented data, no secret

    def chance(self, rate: float) -> bool:
        return self._random.random() < rate

    def between(self, low: float, high: float) -> float:
        return self._random.uniform(low, high)

    def whole(self, low: int, high: int) -> int:
        """An integer, both ends included."""
        return self._random.randint(low, high)

    def normal(self, spread: float) -> float:
        return self._random.gauss(0.0, spread)

    def pick(self, items: Sequence[Item]) -> Item:
        return items[self._random.randrange(len(items))]

    def code(self, odds: Mapping[int, float]) -> int:
        """One of the codes, as often as its odds say."""
        return self._random.choices(list(odds), weights=list(odds.values()))[0]

    def events(self, mean: float) -> int:
        """How often something happens that happens `mean` times on average (Poisson)."""
        if mean > MANY_EVENTS:
            return max(0, round(mean + self.normal(math.sqrt(mean))))
        limit, product, count = math.exp(-mean), self._random.random(), 0
        while product > limit:
            product *= self._random.random()
            count += 1
        return count

    def part(self, whole: int, rate: float) -> int:
        """How many of a whole, each with the same chance (binomial)."""
        if whole > MANY_PARTS:
            spread = math.sqrt(whole * rate * (1 - rate))
            return min(whole, max(0, round(whole * rate + self.normal(spread))))
        return sum(self._random.random() < rate for _ in range(whole))

    def day(self, first: date, last: date) -> date:
        """A weekday between two days, both included (the first one if there is none)."""
        day = first + timedelta(days=self.whole(0, max(0, (last - first).days)))
        return weekday_within(day, first)


def weekday_within(day: date, first: date) -> date:
    """The day itself or the Friday before it, but never before `first`."""
    return max(first, day - timedelta(days=max(0, day.isoweekday() - 5)))


def split(total: int, weights: Sequence[float]) -> list[int]:
    """Share out a whole number by weights, so that the parts add up to it exactly."""
    scale = sum(weights)
    if not scale:
        return [0] * len(weights)
    exact = [total * weight / scale for weight in weights]
    parts = [math.floor(value) for value in exact]
    by_rest = sorted(range(len(parts)), key=lambda index: parts[index] - exact[index])
    for index in by_rest[: total - sum(parts)]:
        parts[index] += 1
    return parts


def ranked(items: Sequence[Item], *purpose: object) -> list[Item]:
    """Items in an order that depends on each item and the purpose only.

    A unit added to the city takes its place among the others without moving them.
    """
    stem = blake2b("|".join(map(str, purpose)).encode(), digest_size=16).digest()
    return sorted(items, key=lambda item: blake2b(str(item).encode(), key=stem).digest())
