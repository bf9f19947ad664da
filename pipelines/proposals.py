"""余缺对接建议 for people: who could share with whom and why, and what was decided on it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Row, select

from models.catalogue_model import Catalogue
from models.period import Period
from models.proposal import STATUS_OF, has_told, lacks_told, parts_of
from models.registry import decision
from models.spec.resource import Matching
from pipelines.opened import opened
from pipelines.quarter.decisions import NotAllowedError
from pipelines.records.quarters import decide, in_force
from pipelines.warehouse import exists

ACTION_OF = {status: action for action, status in STATUS_OF.items()}
PROPOSALS = """
SELECT proposal.*,
    coalesce(giver.unit_name, proposal.giver_code) AS giver,
    coalesce(taker.unit_name, proposal.taker_code) AS taker,
    giver.county_code AS giver_county, taker.county_code AS taker_county
FROM marts.sharing_proposal AS proposal
LEFT JOIN core.duty AS giver
    ON proposal.period = giver.period AND proposal.giver_code = giver.unit_code
LEFT JOIN core.duty AS taker
    ON proposal.period = taker.period AND proposal.taker_code = taker.unit_code
WHERE proposal.period = ? AND (? IS NULL OR giver.county_code = ? OR taker.county_code = ?)
ORDER BY proposal.proposal_id
"""
ENDS = """
SELECT count(*), count(*) FILTER (WHERE part.need > 0),
    count(*) FILTER (WHERE part.spare >= 1 AND coalesce(part.need, 0) = 0)
FROM core.matching_part AS part
INNER JOIN core.duty AS duty ON part.period = duty.period AND part.unit_code = duty.unit_code
WHERE part.period = ? AND (? IS NULL OR duty.county_code = ?)
"""


def proposals(
    warehouse: Path,
    registry: Connection,
    catalogue: Catalogue,
    period: Period,
    county: str | None = None,
) -> list[dict[str, Any]]:
    """The proposals of a quarter, of a county if one is named, each with its reasons and status.

    What was decided after the last build is shown at once; a decision taken back, too.
    """
    made = decided(registry, period)
    matchings = {
        each.id: (each.zh, each.matching)
        for each in catalogue.resources.resources
        if each.matching is not None
    }
    reaches = {way.id: way.zh for way in catalogue.resources.reaches}
    gone = catalogue.say("cli.proposal_unsupported")
    return [
        _told(catalogue, row, *matchings[row["resource"]], made)
        | {"reach": reaches.get(row["reach"], gone)}
        | ({} if row["is_supported"] else {"has": gone, "lacks": gone})
        for row in _rows(warehouse, period, county)
    ]


def _rows(warehouse: Path, period: Period, county: str | None) -> list[dict[str, Any]]:
    if not warehouse.exists():
        return []
    with opened(warehouse) as con:
        if not exists(con, "marts.sharing_proposal"):
            return []
        asked = con.execute(PROPOSALS, [str(period), county, county, county])
        names = [column[0] for column in asked.description or ()]
        return [dict(zip(names, row, strict=True)) for row in asked.fetchall()]


def counts(rows: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """How many proposals there are, and on how many of them was decided what."""
    found = Counter(row["status"] for row in rows)
    return {"count": len(rows), **{name: found[name] for name in ("proposed", *ACTION_OF)}}


def undecided(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """The numbers of the proposals on which nobody has decided."""
    return [row["proposal_id"] for row in rows if row["status"] == "proposed"]


def why_none(warehouse: Path, period: Period, county: str | None) -> tuple[str, dict[str, int]]:
    """Why a quarter has no proposals: the text of `wording/cli.yml` that says so, and its fills."""
    known, need, spare = 0, 0, 0
    if warehouse.exists():
        with opened(warehouse) as con:
            if exists(con, "core.matching_part"):
                asked = con.execute(ENDS, [str(period), county, county])
                ((known, need, spare),) = asked.fetchall()
    if not known:
        return "proposals_no_data", {}
    return "no_proposals", {"need": need, "spare": spare}


def _told(
    catalogue: Catalogue,
    row: dict[str, Any],
    zh: str,
    matching: Matching,
    decisions: Mapping[str, Row[Any]],
) -> dict[str, Any]:
    made = decisions.get(row["proposal_id"])
    return {
        **row,
        "resource": zh,
        "has": has_told(matching, row["spare"]),
        # A warehouse that an earlier program built has no such column.
        "lacks": lacks_told(catalogue, matching, row.get("short")),
        "status": STATUS_OF[made.action] if made else "proposed",
        "by": made.decided_by if made else None,
        "why": made.why if made else None,
    }


def decided(registry: Connection, period: Period) -> Mapping[str, Row[Any]]:
    """Proposal -> the last decision on it that is in force."""
    rows = registry.execute(
        select(decision)
        .where(decision.c.period == str(period), decision.c.action.in_(STATUS_OF), in_force())
        .order_by(decision.c.decision_id)
    )
    return {row.scope: row for row in rows}


def decide_proposal(
    warehouse: Path, registry: Connection, proposal: str, status: str, by: str, at: datetime,
    why: str,
) -> int:  # fmt: skip
    """Accept or refuse a proposal; return the number of the decision.

    Raises:
        NotAllowedError: there is no such proposal, it has been decided on already, or the unit in
            need has accepted another.
    """
    try:
        period = Period.parse(proposal.partition("-")[0])
    except ValueError as error:
        raise NotAllowedError("no_proposal", proposal=proposal) from error
    if proposal not in {row["proposal_id"] for row in _rows(warehouse, period, None)}:
        raise NotAllowedError("no_proposal", proposal=proposal)
    made = decided(registry, period)
    before = made.get(proposal)
    if before is not None:
        raise NotAllowedError(
            "proposal_decided", proposal=proposal, by=before.decided_by, number=before.decision_id,
            period=period,
        )  # fmt: skip
    if status == "accepted":
        _must_be_waiting(made, proposal, period)
    return decide(registry, str(period), ACTION_OF[status], by, at, why, scope=proposal)


def _must_be_waiting(made: Mapping[str, Row[Any]], proposal: str, period: Period) -> None:
    """Between two builds one unit may stand in two proposals: after a refusal was taken back."""
    code, _, taker = parts_of(proposal)
    for other, row in made.items():
        if STATUS_OF[row.action] == "accepted" and parts_of(other)[::2] == (code, taker):
            raise NotAllowedError(
                "taker_served", proposal=proposal, other=other, number=row.decision_id,
                period=period,
            )  # fmt: skip
