"""The cells folder: Parquet by file hash and reader version; can be deleted and read again."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl
from polars.datatypes import DataTypeClass

from models.catalogue_model import Catalogue
from pipelines.extract.declared import declared
from pipelines.extract.fanout import Answer, local_executor, read_all, state_of

READER = "4"
"""Raise when reading changes: cells read by another version are read again."""

CELL_SCHEMA = {
    "file_sha256": pl.String,
    "sheet": pl.String,
    "cell": pl.String,
    "form": pl.String,
    "field": pl.String,
    "line": pl.Int32,
    "typed": pl.String,
    "kind": pl.String,
    "formula": pl.String,
}
ASIDE_SCHEMA: dict[str, pl.DataType | DataTypeClass] = {
    "file_sha256": pl.String,
    "what": pl.String,
    "sheet": pl.String,
    "cell": pl.String,
    "form": pl.String,
    "field": pl.String,
    "line": pl.Int32,
    "typed": pl.String,
    "expected": pl.String,
}
FILE_SCHEMA: dict[str, pl.DataType | DataTypeClass] = {
    "file_sha256": pl.String,
    "state": pl.String,
    "meta": pl.String,
    "lost": pl.List(pl.String),
    "claimed": pl.String,
    "explanations": pl.String,
}


def extract_missing(cells: Path, archived: Mapping[str, Path], catalogue: Catalogue) -> int:
    """Read every archived file (hash -> path) that is not in the cells folder; return how many."""
    known = set(load_files(cells)["file_sha256"])
    missing = sorted(sha256 for sha256 in archived if sha256 not in known)
    if not missing:
        return 0
    limits = catalogue.parameters["child"]
    with local_executor() as executor:
        start = 0
        paths = [archived[sha256] for sha256 in missing]
        for answers in read_all(paths, declared(catalogue), limits, executor):
            _write(cells, missing[start : start + len(answers)], answers)
            start += len(answers)
    return len(missing)


def load_asides(cells: Path, hashes: Iterable[str] | None = None) -> pl.DataFrame:
    """What stands in the given files beside their cells, or in all."""
    return _load(cells, "aside", ASIDE_SCHEMA, hashes)


def load_cells(cells: Path, hashes: Iterable[str] | None = None) -> pl.DataFrame:
    """The cells of the given files, or of all."""
    return _load(cells, "cell", CELL_SCHEMA, hashes)


def load_files(cells: Path, hashes: Iterable[str] | None = None) -> pl.DataFrame:
    """What is known of the given files as a whole, or of all: state, identity, lost names."""
    return _load(cells, "file", FILE_SCHEMA, hashes)


def _load(
    cells: Path, table: str, schema: Mapping[str, Any], hashes: Iterable[str] | None
) -> pl.DataFrame:
    folder = cells / f"reader-{READER}"
    if not any(folder.glob(f"{table}-*.parquet")):
        return pl.DataFrame(schema=schema)
    frame = pl.scan_parquet(folder / f"{table}-*.parquet")
    if hashes is not None:
        frame = frame.filter(pl.col("file_sha256").is_in(list(hashes)))
    return frame.collect()


def _write(cells: Path, hashes: Sequence[str], answers: Sequence[Answer]) -> None:
    folder = cells / f"reader-{READER}"
    folder.mkdir(parents=True, exist_ok=True)
    chunk = hashlib.sha256("".join(hashes).encode()).hexdigest()[:24]
    files = [_file_row(*pair) for pair in zip(hashes, answers, strict=True)]
    cell_rows, aside_rows = (_rows(hashes, answers, part) for part in ("cells", "asides"))
    _save(cell_rows, CELL_SCHEMA, folder / f"cell-{chunk}.parquet")
    _save(aside_rows, ASIDE_SCHEMA, folder / f"aside-{chunk}.parquet")
    # The file table is what says that a chunk is there, so it is written last.
    _save(files, FILE_SCHEMA, folder / f"file-{chunk}.parquet")


def _rows(hashes: Sequence[str], answers: Sequence[Answer], part: str) -> list[tuple[Any, ...]]:
    return [
        (sha256, *row)
        for sha256, answer in zip(hashes, answers, strict=True)
        for row in answer.get(part, ())
    ]


def _save(rows: Sequence[tuple[Any, ...]], schema: Mapping[str, Any], path: Path) -> None:
    draft = path.with_suffix(".draft")
    pl.DataFrame(rows, schema=schema, orient="row").write_parquet(draft)
    draft.replace(path)


def _file_row(sha256: str, answer: Answer) -> tuple[str, str, str, list[str], str, str]:
    state = state_of(answer)
    if state != "read":
        why = {name: answer[name] for name in ("failure", "detail") if name in answer}
        return sha256, state, json.dumps(why, ensure_ascii=False), [], "{}", "[]"
    meta, claimed, explanations = (
        json.dumps(answer[name], ensure_ascii=False) for name in ("meta", "claimed", "explanations")
    )
    return sha256, state, meta, answer["lost"], claimed, explanations
