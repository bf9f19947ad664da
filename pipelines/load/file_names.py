"""The name of a file as it was sent, without the persons whom clerks write into it."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Row, select

from models.catalogue_model import Catalogue
from models.hidden import hidden
from models.registry import receipt
from pipelines.records.units import directory

LETTERS = re.compile(r"[^\W\d_]+")
"""Runs of letters of any script: a person's name in Chinese or in pinyin is one."""
HIDDEN = "…"


def sent_names(
    registry: Connection, catalogue: Catalogue, rows: Sequence[Row[Any]]
) -> dict[str, str]:
    """Submission -> what its file was called when it came."""
    units: dict[str, set[str]] = defaultdict(set)
    for version in directory(registry).versions:
        units[version.unit_code] |= {version.unit_name, version.short_name}
    receipts = registry.execute(select(receipt.c.receipt_id, receipt.c.original_name))
    given = {row.receipt_id: row.original_name for row in receipts}
    return {
        row.submission_id: without_persons(given[row.receipt_id], units[row.unit_code], catalogue)
        for row in rows
        if row.receipt_id in given
    }


def without_persons(name: str, unit_names: Iterable[str], catalogue: Catalogue) -> str:
    """Keep the unit, signs, usual words and digits that name nobody; hide the rest."""
    known = {*unit_names, *catalogue.parameters["file_names"]["usual_words"]}
    kept = sorted((word for word in known if word), key=len, reverse=True)
    words = re.compile("|".join(f"({re.escape(word)})" for word in kept), re.IGNORECASE)
    # Before the words: the last digit of an identity number may be a letter.
    name, told, end = hidden(catalogue, name), [], 0
    for found in words.finditer(name):
        told += [LETTERS.sub(HIDDEN, name[end : found.start()]), found[0]]
        end = found.end()
    return "".join([*told, LETTERS.sub(HIDDEN, name[end:])])
