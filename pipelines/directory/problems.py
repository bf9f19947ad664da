"""What is wrong with a directory, where it stands, and how that is told."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from models.catalogue_model import Catalogue


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong.

    `reason` names two texts of `wording/directory.yml`: what was expected, and with `_do` what to
    do about it. `line` is the row of the sheet; events typed on the command line have none.
    """

    reason: str
    column: str
    seen: object = ""
    line: int | None = None
    sheet: str = ""
    cell: str = ""
    fills: Mapping[str, object] = field(default_factory=dict)


class RefusedError(Exception):
    """Nothing was taken, because of these problems."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = list(problems)
        super().__init__(", ".join(problem.reason for problem in self.problems))


def problem_lines(catalogue: Catalogue, problems: Iterable[Problem]) -> list[dict[str, Any]]:
    """The problems in words: sheet, cell, column, seen, expected, what to do."""
    lines: list[dict[str, Any]] = []
    for line in (_line(catalogue, problem) for problem in problems):
        if line not in lines:  # one wrong name is often wrong in two ways
            lines.append(line)
    return lines


def _line(catalogue: Catalogue, problem: Problem) -> dict[str, Any]:
    seen = "" if problem.seen is None else str(problem.seen)
    fills = {**problem.fills, "seen": seen}
    return {
        "sheet": problem.sheet,
        "cell": problem.cell,
        "column": catalogue.say(f"directory.column_{problem.column}"),
        "seen": seen,
        "reason": problem.reason,
        "expected": catalogue.say(f"directory.{problem.reason}", **fills),
        "do": catalogue.say(f"directory.{problem.reason}_do", **fills),
    }
