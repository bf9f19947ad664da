"""Rows of corrected returns that nobody has touched since an earlier version.

A correction carries all its rows along. Those that stand as they stood before say nothing new: what
they say was said when they first came so, and goes before nothing that was answered since.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import polars as pl
from sqlalchemy import Connection, Row, select

from models.catalogue_model import Catalogue
from models.period import Period
from models.registry import mirror_answer, submission
from models.spec.form import EntryMode
from pipelines.extract.store import extract_missing, load_cells
from pipelines.judging.batch import UNCHANGED
from pipelines.receive.archive import place
from pipelines.settings import Home

TWO_SIDED = ("l2", "l3")
Rows = Mapping[tuple[str, str], tuple[int, frozenset[tuple[str, str]]]]
"""Form and id of a row -> its line, and what is typed in its cells."""


def unchanged_rows(
    home: Home, registry: Connection, catalogue: Catalogue, period: Period
) -> pl.DataFrame:
    """The two-sided rows in force that came earlier than their version, and when.

    Only of units that have also answered on a sheet: for the others it makes no difference.
    """
    versions = _versions(registry, str(period))
    files = {row.file_sha256 for some in versions for row in some}
    paths = {sha256: place(home.archive, sha256) for sha256 in sorted(files)}
    if paths:
        extract_missing(home.cells, paths, catalogue)
    rows = _rows(load_cells(home.cells, paths), catalogue)
    found = [each for some in versions for each in _since(some, rows, str(period))]
    return pl.DataFrame(found, schema=UNCHANGED, orient="row")


def _versions(registry: Connection, period: str) -> list[Sequence[Row[Any]]]:
    """The versions of each unit that answered on a sheet and sent more than one, newest first."""
    answered = select(mirror_answer.c.unit_code).where(mirror_answer.c.period == period)
    known: dict[str, list[Row[Any]]] = defaultdict(list)
    for row in registry.execute(
        select(submission)
        .where(submission.c.period == period, submission.c.unit_code.in_(answered))
        .order_by(submission.c.unit_code, submission.c.version.desc())
    ):
        known[row.unit_code].append(row)
    newest = (_from_current(some) for some in known.values())
    return [some for some in newest if len(some) > 1]


def _from_current(versions: Sequence[Row[Any]]) -> Sequence[Row[Any]]:
    """The version in force and those before it."""
    places = [place for place, row in enumerate(versions) if row.is_current]
    return versions[places[0] :] if places else ()


def _rows(cells: pl.DataFrame, catalogue: Catalogue) -> Mapping[str, Rows]:
    """File -> its two-sided rows, without what the system prints in them."""
    forms = {catalogue.aliases[alias].id for alias in TWO_SIDED}
    keys = {f"{alias}.{catalogue.aliases[alias].key}" for alias in TWO_SIDED}
    lines: dict[tuple[str, str, int], dict[str, str]] = defaultdict(dict)
    columns = ("file_sha256", "form", "line", "field", "typed")
    typed = cells.filter(pl.col("form").is_in(forms) & pl.col("typed").is_not_null())
    for sha256, form, line, field, text in typed.select(columns).iter_rows():
        lines[sha256, form, line][field] = text
    found: dict[str, dict[tuple[str, str], tuple[int, frozenset[tuple[str, str]]]]]
    found = defaultdict(dict)
    for (sha256, form, line), row in lines.items():
        key = next((row[name] for name in keys & row.keys()), str(line))
        found[sha256][form, key] = line, frozenset(_told(row, catalogue))
    return found


def _told(row: Mapping[str, str], catalogue: Catalogue) -> Iterable[tuple[str, str]]:
    printed = (EntryMode.DIRECTORY, EntryMode.FORMULA)
    return ((name, text) for name, text in row.items()
            if catalogue.fields[name].entry not in printed)  # fmt: skip


def _since(
    versions: Sequence[Row[Any]], rows: Mapping[str, Rows], period: str
) -> Iterable[tuple[str, str, str, int, datetime]]:
    current, *before = versions
    for (form, key), (line, told) in rows.get(current.file_sha256, {}).items():
        said_at = current.received_at
        for row in before:
            if rows.get(row.file_sha256, {}).get((form, key), (0, None))[1] != told:
                break
            said_at = row.received_at
        if said_at != current.received_at:
            yield period, current.submission_id, form, line, said_at
