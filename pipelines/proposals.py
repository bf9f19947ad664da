"""余缺对接建议 for people: who could share with whom and why, and what was decided on it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Row, select
from xlsxwriter import Workbook

from models.catalogue_model import Catalogue
from models.period import Period
from models.proposal import STATUS_OF
from models.registry import decision
from models.spec.resource import Matching
from pipelines.decisions import NotAllowedError
from pipelines.opened import opened
from pipelines.records import decide, in_force
from pipelines.warehouse import exists

ACTION_OF = {status: action for action, status in STATUS_OF.items()}
COLUMNS = (
    *("proposal_id", "resource", "giver", "giver_code", "has", "taker", "taker_code", "lacks"),
    *("reach", "status", "by", "why"),
)
PROPOSALS = """
SELECT proposal.proposal_id, proposal.resource, proposal.giver_code,
    coalesce(giver.unit_name, proposal.giver_code) AS giver,
    proposal.taker_code, coalesce(taker.unit_name, proposal.taker_code) AS taker,
    proposal.spare, proposal.room, proposal.reach, proposal.distance, proposal.status,
    proposal.is_supported, giver.county_code AS giver_county, taker.county_code AS taker_county
FROM marts.sharing_proposal AS proposal
LEFT JOIN core.duty AS giver
    ON proposal.period = giver.period AND proposal.giver_code = giver.unit_code
LEFT JOIN core.duty AS taker
    ON proposal.period = taker.period AND proposal.taker_code = taker.unit_code
WHERE proposal.period = ? AND (? IS NULL OR giver.county_code = ? OR taker.county_code = ?)
ORDER BY proposal.proposal_id
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
        _told(row, *matchings[row["resource"]], reaches.get(row["reach"], gone), made)
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


def _told(
    row: dict[str, Any], zh: str, matching: Matching, reach: str, decisions: Mapping[str, Row[Any]]
) -> dict[str, Any]:
    made = decisions.get(row["proposal_id"])
    status = STATUS_OF[made.action] if made else "proposed"
    return {
        **row,
        "resource": zh,
        "has": matching.has.format(amount=f"{row['spare'] or 0:f}".rstrip("0").rstrip(".")),
        "lacks": matching.lacks,
        "reach": reach,
        "status": status,
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
) -> None:  # fmt: skip
    """Accept or refuse a proposal.

    Raises:
        NotAllowedError: there is no such proposal, or it has been decided on already.
    """
    try:
        period = Period.parse(proposal.partition("-")[0])
    except ValueError as error:
        raise NotAllowedError("no_proposal", proposal=proposal) from error
    if proposal not in {row["proposal_id"] for row in _rows(warehouse, period, None)}:
        raise NotAllowedError("no_proposal", proposal=proposal)
    before = decided(registry, period).get(proposal)
    if before is not None:
        raise NotAllowedError(
            "proposal_decided", proposal=proposal, by=before.decided_by, number=before.decision_id,
            period=period,
        )  # fmt: skip
    decide(registry, str(period), ACTION_OF[status], by, at, why, scope=proposal)


def write_proposals(path: Path, catalogue: Catalogue, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write the proposals as a workbook."""
    with Workbook(str(path), {"strings_to_formulas": False}) as book:
        sheet = book.add_worksheet(catalogue.say("cli.proposals_sheet"))
        head = book.add_format({"bold": True, "bg_color": "#F2DCDB", "border": 1})
        for col, name in enumerate(COLUMNS):
            sheet.write_string(0, col, catalogue.say(f"cli.proposals_column_{name}"), head)
        for line, row in enumerate(rows, start=1):
            status = catalogue.say(f"cli.proposal_status_{row['status']}")
            for col, name in enumerate(COLUMNS):
                text = status if name == "status" else str(row[name] or "")
                sheet.write_string(line, col, text)
        sheet.autofit()
        sheet.freeze_panes(1, 0)
