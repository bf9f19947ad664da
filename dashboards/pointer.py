"""The pointer to the snapshot in force: one line of text in the folder of publications."""

from pathlib import Path

CURRENT = "current"


def in_force(folder: Path) -> Path | None:
    """The snapshot that the pointer of a folder names, be it there or not; None without one."""
    pointer = folder / CURRENT
    name = pointer.read_text(encoding="utf-8").strip() if pointer.is_file() else ""
    return folder / Path(name).name if name else None
