"""认对方单位: whether a typed partner is a unit of the directory, and which unit may be meant.

Nothing is ever taken for another unit here: what looks mistyped is a doubt, with candidates for a
person to choose from (`sanji match`).
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from models.units import Directory

UNKNOWN, CONFLICT = "unknown", "conflict"
BLANKS = re.compile(r"\s+")
TOGETHER = re.compile(r"^(?P<code>[0-9OoIl-]{8,})[^0-9A-Za-z]?(?P<name>.*)$")
LOOKS_LIKE = str.maketrans("OoIl", "0011", "-")
"""Letters that are typed or read for digits, and what only parts them."""


@dataclass(frozen=True)
class Candidate:
    """A unit that may be meant: how many digits of its code differ, how like its name is."""

    unit_code: str
    unit_name: str
    distance: int | None
    likeness: float | None


class Partners:
    """The units that can be partners in a quarter, by code and by every name they have had."""

    def __init__(self, units: Directory, codes: Collection[str], limits: Mapping[str, Any]) -> None:
        self._limits = limits
        self._names = {
            code: {squeezed(each) for version in units.by_code.get(code, ()) for each in (
                version.unit_name, version.short_name)}
            for code in sorted(codes)
        }  # fmt: skip
        self._shown = {
            code: units.by_code[code][-1].unit_name for code in self._names if code in units.by_code
        }

    def doubt(self, code: str | None, name: str | None) -> str | None:
        """What is wrong with a partner: `unknown` code, `conflict` of code and name, or nothing."""
        if code is None:
            return None
        if code not in self._names:
            return UNKNOWN
        typed = squeezed(name or "")
        if not typed or typed in self._names[code]:
            return None
        return CONFLICT if self._is_of_another(code, typed) else None

    def candidates(
        self, code: str | None, name: str | None, but: Iterable[str] = ()
    ) -> list[Candidate]:
        """The units that may be meant, best first; those that are as good as the last one too."""
        digits, beside = parted(squeezed(code or ""))
        typed = squeezed(name or "") or beside
        distances = self._near_codes(digits)
        likenesses = self._like_names(typed)
        found = [
            Candidate(each, self._shown.get(each, each), distances.get(each), likenesses.get(each))
            for each in (distances.keys() | likenesses.keys()) - set(but)
        ]
        found.sort(key=lambda each: (-self._score(each), each.unit_code))
        most = int(self._limits["most_candidates"])
        least = self._score(found[most - 1]) if len(found) >= most else 0.0
        return [each for each in found if self._score(each) >= least]

    def _score(self, each: Candidate) -> float:
        """Nearer codes and likelier names come first."""
        span = self._limits["code_span"]
        near = 0.0 if each.distance is None else 1 - each.distance / span
        return float(near + (each.likeness or 0.0))

    def _is_of_another(self, code: str, typed: str) -> bool:
        """Whether a name is another unit's, or at least clearly not this one's."""
        if typed in self._codes_of_name:
            return True
        own = max((fuzz.ratio(typed, each) for each in self._names[code]), default=0) / 100
        best = process.extractOne(typed, self._all_names, scorer=fuzz.ratio)
        other = best[1] / 100 if best else 0.0
        is_unlike = own < self._limits["same_name"]
        return bool(is_unlike or other - own >= self._limits["clearly_likelier"])

    def _near_codes(self, code: str) -> dict[str, int]:
        most = int(self._limits["code_distance"])
        if not code.isdigit():
            return {}
        found = process.extract(
            code, list(self._names), scorer=OSA.distance, score_cutoff=most, limit=None
        )
        return {each: int(distance) for each, distance, _ in found}

    def _like_names(self, typed: str) -> dict[str, float]:
        if not typed or typed.isdigit():
            return {}
        cutoff = 100 * self._limits["name_likeness"]
        found = process.extract(
            typed, self._all_names, scorer=fuzz.ratio, score_cutoff=cutoff, limit=None
        )
        likeness: dict[str, float] = {}
        for name, score, _ in found:
            for code in self._codes_of_name[name]:
                likeness[code] = max(likeness.get(code, 0.0), round(score / 100, 3))
        return likeness

    @cached_property
    def _codes_of_name(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for code, names in self._names.items():
            for name in names:
                found.setdefault(name, set()).add(code)
        return found

    @cached_property
    def _all_names(self) -> list[str]:
        return sorted(self._codes_of_name)


def parted(typed: str) -> tuple[str, str]:
    """The code and the name in a cell that may have either, or one after the other."""
    found = TOGETHER.match(typed)
    if found is None:
        return typed, typed
    code = found["code"].translate(LOOKS_LIKE)
    return code, found["name"] or code


def squeezed(text: str) -> str:
    """A name without blanks and differences of width."""
    return BLANKS.sub("", unicodedata.normalize("NFKC", text))
