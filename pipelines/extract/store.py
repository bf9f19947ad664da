"""The cells folder: Parquet by file hash and reader version; can be deleted and read again."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl
from polars.datatypes import DataTypeClass

from models.catalogue_model import Catalogue
from pipelines.extract.fanout import Answer, local_executor, read_all

READER = "1"
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
FILE_SCHEMA: dict[str, pl.DataType | DataTypeClass] = {
    "file_sha256": pl.String,
    "state": pl.String,
    "meta": pl.String,
    "lost": pl.List(pl.String),
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


def declared(catalogue: Catalogue) -> list[dict[str, Any]]:
    """Every cell the catalogue declares, as the child wants it."""
    return [
        {
            "name": f"{field.alias}__{field.name}" if field.alias else field.name,
            "code": field.code,
            "form": field.form,
            "field": field.qualified,
            "alias": field.alias,
            "owned": field.is_system_owned or field.formula is not None,
        }
        for field in catalogue.fields.values()
    ]


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
    rows = [
        (sha256, *cell)
        for sha256, answer in zip(hashes, answers, strict=True)
        for cell in answer.get("cells", ())
    ]
    files = [_file_row(*pair) for pair in zip(hashes, answers, strict=True)]
    # The file table is what says that a chunk is there, so it is written last.
    _save(pl.DataFrame(rows, schema=CELL_SCHEMA, orient="row"), folder / f"cell-{chunk}.parquet")
    _save(pl.DataFrame(files, schema=FILE_SCHEMA, orient="row"), folder / f"file-{chunk}.parquet")


def _save(frame: pl.DataFrame, path: Path) -> None:
    draft = path.with_suffix(".draft")
    frame.write_parquet(draft)
    draft.replace(path)


def _file_row(sha256: str, answer: Answer) -> tuple[str, str, str, list[str]]:
    if "crashed" in answer:
        return sha256, "crashed", "{}", []
    if "failure" in answer:
        return sha256, "damaged", json.dumps({"failure": answer["failure"]}), []
    return sha256, "read", json.dumps(answer["meta"], ensure_ascii=False), answer["lost"]
