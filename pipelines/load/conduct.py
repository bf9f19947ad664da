"""How units went about reporting: first file, returns, signs of filling in for form's sake."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from models.catalogue_model import Catalogue
from models.registry import decision
from models.spec.rule import RuleKind, Severity
from pipelines.records.quarters import in_force

CLEARED = ("accepted", "superseded", "waived")
"""A reviewer accepted what was found, its version has been replaced, or its rule is waived."""


@dataclass(frozen=True)
class Conduct:
    """One unit in one quarter.

    `submitted_at` is when its first version came: what is sent again after a return was on time if
    that was. `is_given`: its current version is not with the unit again.
    """

    submitted_at: datetime | None = None
    return_count: int = 0
    perfunctory_flags: int | None = None
    is_given: bool = False

    def columns(self, due_at: datetime) -> dict[str, Any]:
        """Its columns of `core.duty`."""
        return {
            "submitted_at": self.submitted_at,
            "is_on_time": self.submitted_at is not None and self.submitted_at <= due_at,
            "return_count": self.return_count,
            "perfunctory_flags": self.perfunctory_flags,
            "is_given": self.is_given,
        }


def conduct(
    registry: Connection,
    catalogue: Catalogue,
    rows: Sequence[Row[Any]],
    found: Iterable[Row[Any]],
) -> Mapping[str, Conduct]:
    """Unit code -> its conduct; one that sent nothing has none of anything."""
    returned = _returned(registry, rows)
    flags = Counter(each.submission_id for each in found if _is_flag(each, catalogue))
    versions: dict[str, list[Row[Any]]] = defaultdict(list)
    for row in rows:
        versions[row.unit_code].append(row)
    told = {code: _conduct(some, returned, flags) for code, some in versions.items()}
    return defaultdict(Conduct, told)


def _conduct(
    versions: Sequence[Row[Any]], returned: frozenset[str], flags: Mapping[str, int]
) -> Conduct:
    current = next((row for row in versions if row.is_current), None)
    return Conduct(
        submitted_at=min(row.received_at for row in versions),
        return_count=sum(row.submission_id in returned for row in versions),
        perfunctory_flags=flags.get(current.submission_id, 0) if current else None,
        is_given=current is not None and "returned" not in {current.verdict, current.status},
    )


def _returned(registry: Connection, rows: Sequence[Row[Any]]) -> frozenset[str]:
    """The submissions returned by the rules, or by a person whose decision stands."""
    by_hand = registry.execute(
        select(decision.c.submission_id).where(
            decision.c.period.in_({row.period for row in rows}),
            decision.c.action == "return",
            in_force(),
        )
    ).scalars()
    by_rules = (row.submission_id for row in rows if row.verdict == "returned")
    return frozenset({*by_rules, *(each for each in by_hand if each is not None)})


def _is_flag(each: Row[Any], catalogue: Catalogue) -> bool:
    """Whether a finding says this of its unit; a hint is about a county and no one unit."""
    return (
        each.rule in catalogue.rules
        and catalogue.rules[each.rule].kind is RuleKind.PERFUNCTORY
        and each.severity == Severity.VERIFY.value
        and each.status not in CLEARED
    )
