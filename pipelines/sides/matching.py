"""`sanji match`: partners in doubt, the units that may be meant, and what a person decides of them.

Nothing is merged by itself. A decision holds for the row while the same is typed in it, from its
quarter on; a rebuild takes it up again.
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from models.catalogue_model import Catalogue
from models.period import Period
from pipelines.opened import opened
from pipelines.quarter.decisions import NotAllowedError
from pipelines.records.matches import MATCHES, Match, accepted, add_match, matches, refused
from pipelines.records.quarters import decide, is_locked
from pipelines.records.units import directory
from pipelines.sides.partners import Candidate, Partners

ACTIONS = dict(zip((True, False), MATCHES, strict=True))


@dataclass(frozen=True)
class Doubt:
    """A row whose partner is in doubt."""

    form: str
    row_key: str
    unit_code: str
    unit_name: str
    submission_id: str
    is_used: bool
    sheet: str | None
    cell: str | None
    typed_code: str | None
    typed_name: str | None
    doubt: str

    @property
    def subject(self) -> tuple[str, str, str | None, str | None]:
        """What a decision would be about."""
        return self.form, self.row_key, self.typed_code, self.typed_name


@dataclass(frozen=True)
class Proposal:
    """A doubt, the units that may be meant, and the one that a person has chosen."""

    doubt: Doubt
    candidates: tuple[Candidate, ...]
    to_code: str | None

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        return {
            **asdict(self.doubt),
            "candidates": [asdict(each) for each in self.candidates],
            "to_code": self.to_code,
        }


def proposals(
    registry: Connection, catalogue: Catalogue, period: Period, snapshot: Path
) -> list[Proposal]:
    """The doubts of a quarter, in the order of units and rows."""
    doubts, codes = read_doubts(snapshot, str(period))
    partners = Partners(directory(registry), codes, catalogue.parameters["matching"])
    known = matches(registry, str(period))
    meant = accepted(known)
    return [
        Proposal(each, _candidates(partners, each, known), meant.get(each.subject))
        for each in doubts
    ]


def _candidates(partners: Partners, doubt: Doubt, known: Sequence[Match]) -> tuple[Candidate, ...]:
    but = {doubt.unit_code, *refused(known, doubt.subject)}
    return tuple(partners.candidates(doubt.typed_code, doubt.typed_name, but))


def read_doubts(snapshot: Path, period: str) -> tuple[list[Doubt], list[str]]:
    """The rows in doubt, those of returned files too, and the units that can be partners."""
    with opened(snapshot) as con:
        rows = con.execute(_DOUBTS, [period]).fetchall()
        codes = con.execute(
            "SELECT unit_code FROM core.duty WHERE period = ? ORDER BY 1", [period]
        ).fetchall()
    return [Doubt(*row) for row in rows], [code for (code,) in codes]


def decide_match(
    registry: Connection,
    period: Period,
    snapshot: Path,
    row_key: str,
    to_code: str,
    by: str,
    at: datetime,
    why: str,
    *,
    is_accepted: bool,
) -> Doubt:
    """Record that the partner of a row is a unit, or is not; return the row.

    Raises:
        NotAllowedError: there is no such doubt or unit, or the quarter is locked.
    """
    if is_locked(registry, str(period)):
        raise NotAllowedError("match_locked", period=period)
    doubts, codes = read_doubts(snapshot, str(period))
    doubt = _of_row(doubts, row_key, period)
    if to_code not in codes:
        raise NotAllowedError("match_no_unit", unit=to_code, period=period)
    if to_code == doubt.unit_code:
        raise NotAllowedError("match_self", unit=to_code)
    scope = f"{row_key} {to_code}"[:40]
    number = decide(registry, str(period), ACTIONS[is_accepted], by, at, why, scope=scope)
    match = Match(number, str(period), *doubt.subject, to_code, is_accepted)
    add_match(registry, match)
    return doubt


def _of_row(doubts: Iterable[Doubt], row_key: str, period: Period) -> Doubt:
    found = next((each for each in doubts if each.row_key == row_key), None)
    if found is None:
        raise NotAllowedError("match_no_row", row=row_key, period=period)
    return found


_DOUBTS = """
SELECT
    d.form, d.row_key, d.unit_code, own.unit_name, d.submission_id, s.is_used, v.sheet, v.cell,
    d.typed_code, d.typed_name, d.doubt
FROM core.partner_doubt AS d
JOIN core.submission AS s USING (submission_id)
LEFT JOIN core.duty AS own ON own.period = d.period AND own.unit_code = d.unit_code
LEFT JOIN core.value AS v
    ON v.submission_id = d.submission_id AND v.line = d.line
    AND v.field = CASE d.form WHEN 'L2' THEN 'l2.partner_unit_code' ELSE 'l3.counterpart_code' END
WHERE d.period = ? AND NOT (d.form = 'L3' AND d.row_key NOT LIKE concat(d.unit_code, '%'))
ORDER BY d.unit_code, d.form, d.line
"""
