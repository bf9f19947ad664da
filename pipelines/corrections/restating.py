"""What a publication corrects of an earlier one: the paper it follows, and the returns behind it.

Two consent to a correction, and only these two are named.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
from sqlalchemy import Connection, select

from dashboards.briefings.correction import Printed, Restated, Sent
from dashboards.briefings.paper import SLIDES
from models.registry import decision
from pipelines.citing import numbers_of
from pipelines.corrections.publications import Publication, publications
from pipelines.records.quarters import in_force
from pipelines.settings import Home

ASKED, CONSENTED = "reopen_asked", "reopen"
SENT_AGAIN = """
SELECT was.submission_id, was.period, any_value(duty.unit_name), is_now.submission_id IS NULL
FROM before.core.submission AS was
JOIN before.core.period AS told ON told.period = was.period AND told.kind = 'final'
LEFT JOIN (FROM after.core.submission WHERE is_used) AS is_now
    ON is_now.unit_code = was.unit_code AND is_now.period = was.period
LEFT JOIN after.core.duty AS duty
    ON duty.unit_code = was.unit_code AND duty.period = was.period
WHERE was.is_used AND was.submission_id IS DISTINCT FROM is_now.submission_id
GROUP BY ALL ORDER BY ALL
"""
"""What counted and does not any more: another version does, or none of the unit."""


def restated(home: Home, registry: Connection, name: str, period: str) -> Restated | None:
    """What the named publication says anew of a quarter; nothing if it was never told before."""
    old = _told_before(home, publications(home, registry), name, period)
    if old is None:
        return None
    before, after = (home.published / f"{each}.duckdb" for each in (old.snapshot, name))
    return Restated(
        snapshot=old.snapshot,
        published_on=old.made_at.date(),
        sent=tuple(_sent(registry, before, after)),
        printed=tuple(
            Printed(each["code"], each["where"], each["value"])
            for each in numbers_of(home.published, old.snapshot, period)
            if each["paper"] != SLIDES  # a change told over a slide: its two numbers are compared
        ),
    )


def _told_before(
    home: Home, found: list[Publication], name: str, period: str
) -> Publication | None:
    """The newest final publication before the named one whose papers tell of the quarter."""
    told = None
    for each in found:
        if each.snapshot == name:
            break
        if each.kind == "final" and numbers_of(home.published, each.snapshot, period):
            told = each
    return told


def _sent(registry: Connection, before: Path, after: Path) -> Iterator[Sent]:
    with duckdb.connect(":memory:") as con:
        con.execute(f"ATTACH '{before}' AS before (READ_ONLY)")
        con.execute(f"ATTACH '{after}' AS after (READ_ONLY)")
        rows = con.execute(SENT_AGAIN).fetchall()
    for submission_id, period, unit_name, is_out in rows:
        asked, consented = (_last(registry, submission_id, each) for each in (ASKED, CONSENTED))
        why = consented.why if consented else ""
        yield Sent(unit_name, period, _by(asked), _by(consented), why, is_out=is_out)


def _last(registry: Connection, submission_id: str, action: str) -> Any:
    """The last decision of a kind about a submission that was not undone."""
    rows = select(decision).where(
        decision.c.submission_id == submission_id, decision.c.action == action, in_force()
    )
    return registry.execute(rows.order_by(decision.c.decision_id.desc())).first()


def _by(row: Any) -> str:
    return row.decided_by if row else ""
