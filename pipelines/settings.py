"""Where the data are: SANJI_HOME, else `data/` of the checkout, never the current directory."""

import os
from dataclasses import dataclass
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
BRIEFING, CODES = ".briefing", ".codes"
"""Beside a snapshot: its papers; what was printed of it in papers that somebody asked for."""


@dataclass(frozen=True)
class Home:
    """The data folder and the places in it."""

    root: Path

    @property
    def inbox(self) -> Path:
        return self.root / "inbox"

    @property
    def archive(self) -> Path:
        return self.root / "archive"

    @property
    def catalogues(self) -> Path:
        return self.root / "catalogues"

    @property
    def cells(self) -> Path:
        return self.root / "cells"

    @property
    def registry(self) -> Path:
        return self.root / "registry.sqlite"

    @property
    def warehouse(self) -> Path:
        return self.root / "warehouse" / "warehouse.duckdb"

    @property
    def generated(self) -> Path:
        return self.root / "warehouse" / "generated"

    @property
    def published(self) -> Path:
        return self.root / "published"

    @property
    def issued(self) -> Path:
        return self.root / "issued"

    @property
    def reminders(self) -> Path:
        return self.root / "reminders"

    @property
    def packages(self) -> Path:
        """Archive packages (归档材料), unless they are made elsewhere."""
        return self.root / "packages"

    @property
    def key(self) -> Path:
        return self.root / "site.key"

    @property
    def sample_mark(self) -> Path:
        """Present when this home holds the sample city; the seed is written in it."""
        return self.root / "sample.txt"

    @property
    def is_sample(self) -> bool:
        return self.sample_mark.exists()


def home() -> Home:
    """Return the data folder in force, created if need be."""
    root = Path(os.environ.get("SANJI_HOME") or CHECKOUT / "data").resolve()
    root.mkdir(parents=True, exist_ok=True)
    return Home(root)
