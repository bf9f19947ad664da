"""`sanji explain` opens a snapshot; what a number is made of is told by `dashboards.provenance`."""

from pathlib import Path
from typing import Any

import duckdb

from dashboards import provenance
from dashboards.reader import Reader
from models.catalogue_model import Catalogue

STAFF = Reader("reviewer")
"""Who sits at the command line has the files themselves: nothing is hidden from them."""


def explain(
    snapshot: Path,
    catalogue: Catalogue,
    name: str,
    scope: str,
    period: str,
    *,
    level: str | None = None,
    limit: int | None = None,
) -> dict[str, Any]:
    """The contract of `sanji explain --json`, for an indicator, an index or a field.

    Raises:
        NothingToExplainError: the snapshot holds no such value.
    """
    with duckdb.connect(str(snapshot), read_only=True) as con:
        return provenance.trace(
            con, catalogue, name, scope, period, level=level, reader=STAFF, limit=limit
        )


def known_names(catalogue: Catalogue) -> set[str]:
    """Everything that has numbers of its own."""
    return {
        *catalogue.indicators, *catalogue.composites, *catalogue.profiles, *catalogue.fields
    }  # fmt: skip


def latest_quarter(snapshot: Path) -> str:
    """The last quarter that the snapshot holds."""
    with duckdb.connect(str(snapshot), read_only=True) as con:
        return str(con.execute("SELECT max(period) FROM core.period").fetchall()[0][0])


def deepened(
    snapshot: Path, catalogue: Catalogue, found: dict[str, Any], limit: int | None
) -> dict[str, Any]:
    """An index told down to cells: each indicator that has a score with its own explanation.

    A score may be taken from an earlier quarter; it is explained as of that one.
    """
    with duckdb.connect(str(snapshot), read_only=True) as con:

        def told(each: dict[str, Any]) -> dict[str, Any]:
            if each["score"] is None:
                return each
            number = provenance.explain(
                con, catalogue, each["indicator"], found["scope"],
                each["taken_from"] or found["period"], reader=STAFF, limit=limit,
            )  # fmt: skip
            return each | {"explained": number}

        dimensions = [
            part | {"indicators": [told(each) for each in part["indicators"]]}
            for part in found["dimensions"]
        ]
    return found | {"dimensions": dimensions}
