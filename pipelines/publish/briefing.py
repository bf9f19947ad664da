"""Where the papers of a snapshot stand, and how its manifest lists them with their hashes."""

import json
from collections.abc import Mapping
from pathlib import Path

from pipelines.disk import replace_text
from pipelines.settings import BRIEFING


def briefing_folder(snapshot: Path, period: str) -> Path:
    """The folder of a quarter's papers, beside the snapshot they were made of."""
    return snapshot.with_suffix(BRIEFING) / period


def listed_papers(snapshot: Path, period: str) -> list[str]:
    """The names of a quarter's papers in the manifest of their snapshot; none until they are."""
    manifest = json.loads(snapshot.with_suffix(".json").read_text(encoding="utf-8"))
    return list(manifest.get("briefing", {}).get(period, ()))


def list_in_manifest(snapshot: Path, period: str, files: Mapping[str, str]) -> None:
    """Write the papers into the manifest of their snapshot; the snapshot itself never changes."""
    path = snapshot.with_suffix(".json")
    manifest = json.loads(path.read_text(encoding="utf-8"))
    told = {**manifest, "briefing": {**manifest.get("briefing", {}), period: dict(files)}}
    replace_text(path, json.dumps(told, ensure_ascii=False, indent=2))
