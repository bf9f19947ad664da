"""What is proved of a table before anything is published from it: a verdict and its numbers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Proof:
    """Whether something holds, with the numbers that say so; `name` is its id.

    One that only warns is told and stops nothing.
    """

    name: str
    passed: bool
    numbers: Mapping[str, int | str] = field(default_factory=dict)
    warns: bool = False

    @property
    def stops(self) -> bool:
        """Whether nothing may be published after this."""
        return not (self.passed or self.warns)


def joined(proofs: Sequence[Proof]) -> Proof:
    """Several proofs of one kind as one: what was counted added up, what is wrong listed."""
    numbers = {name: _together([p.numbers[name] for p in proofs]) for name in proofs[0].numbers}
    passed = all(each.passed for each in proofs)
    return Proof(proofs[0].name, passed, numbers, any(each.warns for each in proofs))


def _together(values: Sequence[int | str]) -> int | str:
    counts = [value for value in values if isinstance(value, int)]
    if len(counts) == len(values):
        return sum(counts)
    return "、".join(dict.fromkeys(str(value) for value in values if value))


class BrokenBuildError(Exception):
    """A table does not keep what is demanded of it: our own fault, never a unit's finding."""

    def __init__(self, table: str, proof: Proof) -> None:
        super().__init__(f"{table} {proof.name}: {dict(proof.numbers)}")


def demand(table: str, *proofs: Proof) -> None:
    """Stop where a proof failed.

    Raises:
        BrokenBuildError: a proof failed.
    """
    for proof in proofs:
        if proof.stops:
            raise BrokenBuildError(table, proof)
