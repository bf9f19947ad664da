"""The Catalogue: everything the program is told, in one frozen value."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from models.spec.base import Level
from models.spec.briefing import Briefing
from models.spec.dashboard import Dashboard
from models.spec.duty import RegularDuties
from models.spec.form import Field, Form
from models.spec.indicator import Compared, Composite, Draws, IndexChecks, Indicator, Profile
from models.spec.resource import Resources
from models.spec.rule import Rule
from models.spec.structure import Campaign, Norm, Structure, Term, Vocabulary
from models.spec.warehouse import Warehouse

FULL = "full"
CLOSING = "closing"
"""What a unit that ended within the quarter owes: its ledger and its closing. Its successor files
for the whole quarter, for both."""


@dataclass(frozen=True, eq=False)
class Catalogue:
    """What is collected, checked, computed and shown. Made by `models.loader.load_catalogue`."""

    root: Path
    hash: str
    sources: Mapping[str, bytes]
    forms: Mapping[str, Form]
    fields: Mapping[str, Field]
    codes: Mapping[str, Mapping[int, str]]
    rules: Mapping[str, Rule]
    indicators: Mapping[str, Indicator]
    composites: Mapping[str, Composite]
    profiles: Mapping[str, Profile]
    method: Mapping[str, str]
    draws: Draws
    index_checks: IndexChecks | None
    compared: Compared
    dashboards: Mapping[str, Dashboard]
    briefing: Briefing
    norms: Mapping[str, Norm]
    glossary: Mapping[str, Term]
    structure: Structure
    vocabulary: Vocabulary
    campaign: Campaign
    warehouse: Warehouse
    resources: Resources
    duties: RegularDuties
    parameters: Mapping[str, Any]
    wording: Mapping[str, Mapping[str, str]]
    form_set: str = FULL
    unasked: frozenset[tuple[str, int]] = frozenset()
    """Parts of rules, by rule and number, that nobody who owes this form set is asked."""

    @property
    def fixed_at_zero(self) -> tuple[str, ...]:
        """The cells that the system fills with 0, in what a unit that ended still owes."""
        wanted = self.campaign.closing
        return wanted.zero if wanted and self.form_set == CLOSING else ()

    def say(self, key: str, /, **fills: object) -> str:
        """Return a text people see: `file.name` under `wording/`, its placeholders filled.

        Raises:
            KeyError: there is no such text.
        """
        file, _, name = key.partition(".")
        return self.wording[file][name].format(**fills)

    @cached_property
    def levels(self) -> dict[str, tuple[int, str]]:
        """Level id -> (code in cells, Chinese name)."""
        return {level.id.value: (level.code, level.zh) for level in self.structure.levels}

    @cached_property
    def unit_kinds(self) -> dict[str, tuple[Level, str]]:
        """Unit kind id -> (level, Chinese name)."""
        return {kind.id: (kind.level, kind.zh) for kind in self.structure.unit_kinds}

    @cached_property
    def counties(self) -> dict[str, str]:
        """County code -> Chinese name; the city itself is not a county."""
        return {county.code: county.zh for county in self.structure.counties}

    @cached_property
    def aliases(self) -> dict[str, Form]:
        """List alias `l1` -> its form."""
        return {form.alias: form for form in self.forms.values() if form.alias}

    def kinds_with(self, indicator: Indicator) -> list[str]:
        """The kinds of unit that have the indicator."""
        return [
            kind
            for kind, (level, _) in self.unit_kinds.items()
            if level in indicator.levels and (indicator.only is None or kind in indicator.only)
        ]

    def fields_for(self, kind: str, quarter: int) -> list[Field]:
        """The fields that a unit of this kind has in this quarter (1 to 4), in form order."""
        level = self.unit_kinds[kind][0]
        return [field for field in self.fields.values() if field.exists_for(kind, level, quarter)]
