"""Short codes: from the code beside a printed number to what it cites, in which publications."""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

BRIEFING, NUMBERS = ".briefing", "numbers.json"
CODE = re.compile(r"[0-9A-HJKMNP-TV-Z]{7}")
MISREAD = str.maketrans("OIL", "011")
"""What Crockford's alphabet leaves out, so that a misread code still finds its number."""


@dataclass(frozen=True)
class Cited:
    """A number printed in the briefing of one snapshot: its entry in `numbers.json`."""

    snapshot: str
    entry: dict[str, Any]


def as_code(text: str) -> str | None:
    """The code that was typed, as it is printed; None if it can be none."""
    code = text.strip().upper().translate(MISREAD)
    return code if CODE.fullmatch(code) else None


def find_code(published: Path, code: str) -> list[Cited]:
    """Where the code is printed, oldest publication first."""
    return [
        Cited(snapshot, entry)
        for snapshot in briefed(published)
        for entry in numbers_of(published, snapshot)
        if entry["code"] == code
    ]


def briefed(published: Path) -> list[str]:
    """The snapshots that have a briefing and are still there, by the time in their names."""
    names = {path.parent.parent.name.removesuffix(BRIEFING)
             for path in published.glob(f"*{BRIEFING}/*/{NUMBERS}")}  # fmt: skip
    there = [name for name in names if (published / f"{name}.duckdb").is_file()]
    return sorted(there, key=lambda name: name.partition("-")[2])


def numbers_of(published: Path, snapshot: str, period: str = "*") -> list[dict[str, Any]]:
    """Every number printed in the briefings of a snapshot, or in that of one quarter."""
    folder = published / f"{snapshot}{BRIEFING}"
    return [
        entry
        for path in sorted(folder.glob(f"{period}/{NUMBERS}"))
        for entry in json.loads(path.read_text(encoding="utf-8"))
    ]
