"""How the registry writes what the gate counted: packed results, and counts by rule in one line."""

import json
import zlib
from collections.abc import Iterable, Mapping
from typing import Any

COMPRESSION = 9


def packed(results: Iterable[tuple[Any, ...]]) -> bytes:
    """Results as they are kept: some 700 of them in a few kilobytes."""
    text = json.dumps(list(results), separators=(",", ":"))
    return zlib.compress(text.encode(), COMPRESSION)


def unpacked(data: bytes) -> list[list[Any]]:
    """The results that were packed."""
    rows: list[list[Any]] = json.loads(zlib.decompress(data))
    return rows


def written(counts: Mapping[str, int]) -> str:
    """`R101 R201:14`: on how many things a rule was evaluated; on one where nothing is said."""
    each = sorted(counts.items())
    return " ".join(rule if count == 1 else f"{rule}:{count}" for rule, count in each)


def counted(text: str) -> dict[str, int]:
    """The counts that were written."""
    parts = (each.partition(":") for each in text.split())
    return {rule: int(count or 1) for rule, _, count in parts}
