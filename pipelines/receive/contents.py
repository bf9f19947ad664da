"""A zip of workbooks (压缩包): taken apart one level, under the gate's own budgets."""

import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from pipelines.receive.gate import check_gate
from pipelines.receive.names import is_ignored, member_name
from pipelines.receive.package import blocks, check_places, opened
from pipelines.receive.refused import RefusedError

ENCRYPTED = 0x1
WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".et", ".ods", ".xlsb", ".xml")
OTHER = frozenset({"pdf", "word", "slides", "image", "text", "other_archive", "not_a_workbook"})
"""Reasons for which the gate refuses what was never meant to be a workbook."""


@dataclass(frozen=True)
class Contents:
    """What was in a zip: workbooks by name and where they lie for now, names of the rest."""

    workbooks: tuple[tuple[str, Path], ...]
    rest: tuple[str, ...]


@contextmanager
def contents_of(path: Path, limits: Mapping[str, Any], ignored: list[str]) -> Iterator[Contents]:
    """Take a zip apart; its files are there until the block ends.

    Raises:
        RefusedError: it is damaged, has a password, or is too large.
    """
    with TemporaryDirectory() as folder:
        members = _unpacked(path, Path(folder), limits, ignored)
        is_workbook = {name: _is_workbook(name, file, limits) for name, file in members}
        yield Contents(
            tuple((name, file) for name, file in members if is_workbook[name]),
            tuple(name for name, _ in members if not is_workbook[name]),
        )


def _unpacked(
    path: Path, folder: Path, limits: Mapping[str, Any], ignored: list[str]
) -> list[tuple[str, Path]]:
    found, budget = [], limits["unpacked_bytes"]
    with opened(path, limits) as package:
        check_places(package)
        for number, info in enumerate(_files(package, ignored)):
            file = folder / str(number)  # never by the name it brings
            with file.open("wb") as target:
                target.writelines(blocks(package, info, budget, limits))
            budget -= file.stat().st_size
            found.append((member_name(info), file))
    return found


def _files(package: zipfile.ZipFile, ignored: list[str]) -> Iterator[zipfile.ZipInfo]:
    for info in package.infolist():
        if info.flag_bits & ENCRYPTED:
            raise RefusedError("archive_password")
        steps = member_name(info).replace("\\", "/").split("/")
        names = [step for step in steps if step not in {".", ".."}]
        if steps[-1] and not any(is_ignored(name, ignored) for name in names):
            yield info


def _is_workbook(name: str, file: Path, limits: Mapping[str, Any]) -> bool:
    """Whether it is one by its content, or means to be one by its name."""
    try:
        check_gate(file, limits)
    except RefusedError as refusal:
        if refusal.reason == "archive":
            return False
        return refusal.reason not in OTHER or name.lower().endswith(WORKBOOKS)
    return True
