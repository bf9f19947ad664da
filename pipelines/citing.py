"""Short codes: from the code beside a printed number to what it cites, in which publications."""

import json
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipelines.disk import replace_text
from pipelines.settings import BRIEFING, CODES

NUMBERS = "numbers.json"
CODE = re.compile(r"[0-9A-HJKMNP-TV-Z]{7}")
MISREAD = str.maketrans("OIL", "011")
"""What Crockford's alphabet leaves out, so that a misread code still finds its number."""
TITLE = "SANJI-"
"""What stands before a code in the title of a number in Word."""
NEAR = 3


@dataclass(frozen=True)
class Cited:
    """A number printed in the papers of one snapshot: an entry of `numbers.json` for each place.

    The last one told stands for all: they cite the same number.
    """

    snapshot: str
    places: tuple[dict[str, Any], ...]

    @property
    def entry(self) -> dict[str, Any]:
        return self.places[-1]


def as_code(text: str) -> str | None:
    """The code that was typed, as it is printed; None if it can be none."""
    typed = unicodedata.normalize("NFKC", text).strip().upper().removeprefix(TITLE)
    code = typed.translate(MISREAD)
    return code if CODE.fullmatch(code) else None


def find_code(published: Path, code: str) -> list[Cited]:
    """Where the code is printed, oldest publication first; once for each publication."""
    found = (
        Cited(snapshot, tuple(each for each in _all(published, snapshot) if each["code"] == code))
        for snapshot in briefed(published)
    )
    return [each for each in found if each.places]


def near_codes(published: Path, code: str) -> list[dict[str, Any]]:
    """Printed numbers whose code differs in one character, or by two that changed places."""
    entries = {
        each["code"]: each
        for snapshot in briefed(published)
        for each in _all(published, snapshot)
        if _is_near(each["code"], code)
    }
    return list(entries.values())[:NEAR]


def _is_near(one: str, other: str) -> bool:
    apart = [pair for pair in zip(one, other, strict=True) if pair[0] != pair[1]]
    if len(apart) == 2:  # noqa: PLR2004 two that changed places
        return apart[0] == apart[1][::-1]
    return len(apart) == 1


def _all(published: Path, snapshot: str) -> list[dict[str, Any]]:
    return [*printed_elsewhere(published, snapshot), *numbers_of(published, snapshot)]


def keep_codes(snapshot: Path, folder: Path) -> None:
    """Keep beside a snapshot what was printed of it into a folder of the user's own."""
    path = snapshot.with_suffix(CODES)
    kept = {each["code"]: each for each in printed_elsewhere(snapshot.parent, snapshot.stem)}
    printed = json.loads((folder / NUMBERS).read_text(encoding="utf-8"))
    kept.update({each["code"]: each for each in printed})
    replace_text(path, json.dumps(list(kept.values()), ensure_ascii=False))


def printed_elsewhere(published: Path, snapshot: str) -> list[dict[str, Any]]:
    """Every number printed of a snapshot into folders of the user's own."""
    path = published / f"{snapshot}{CODES}"
    found: list[dict[str, Any]] = json.loads(path.read_text("utf-8")) if path.is_file() else []
    return found


def briefed(published: Path) -> list[str]:
    """The snapshots that have papers and are still there, by the time in their names."""
    names = {path.parent.parent.name.removesuffix(BRIEFING)
             for path in published.glob(f"*{BRIEFING}/*/{NUMBERS}")}  # fmt: skip
    names |= {path.parent.name.removesuffix(BRIEFING)
              for path in published.glob(f"*{BRIEFING}/{NUMBERS}")}  # fmt: skip
    names |= {path.stem for path in published.glob(f"*{CODES}")}
    there = [name for name in names if (published / f"{name}.duckdb").is_file()]
    return sorted(there, key=lambda name: name.partition("-")[2])


def numbers_of(published: Path, snapshot: str, period: str = "*") -> list[dict[str, Any]]:
    """Every number printed in the briefings of a snapshot, or in that of one quarter.

    Papers of before quarters had folders of their own lie in that of the snapshot itself.
    """
    folder = published / f"{snapshot}{BRIEFING}"
    undated = folder.glob(NUMBERS) if period == "*" else ()
    return [
        entry
        for path in [*undated, *sorted(folder.glob(f"{period}/{NUMBERS}"))]
        for entry in json.loads(path.read_text(encoding="utf-8"))
    ]
