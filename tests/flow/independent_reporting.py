"""How units reported, by plain loops over the rows of the registry."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, select

from models.catalogue_model import Catalogue
from models.period import Period, due_at
from models.registry import decision, finding, submission
from models.units import Directory


def reporting(
    registry: Connection, catalogue: Catalogue, directory: Directory, periods: Iterable[Period]
) -> Mapping[tuple[str, str], dict[str, Any]]:
    """(unit, period) -> the facts of every unit that owes a return, also of one that sent none."""
    files = [dict(row) for row in registry.execute(select(submission)).mappings()]
    findings = [dict(row) for row in registry.execute(select(finding)).mappings()]
    by_hand = select(decision.c.submission_id).where(decision.c.action == "return")
    returned = {
        *registry.execute(by_hand).scalars(),
        *(row["submission_id"] for row in files if row["verdict"] == "returned"),
    }
    found = {}
    for period in periods:
        for code, unit in directory.owing(period).items():
            mine = [r for r in files if (r["unit_code"], r["period"]) == (code, str(period))]
            found[code, str(period)] = {
                "sys.due_at": due_at(period, unit.unit_kind, catalogue.campaign),
                **_facts(mine, returned, findings, catalogue),
            }
    return found


def _facts(
    mine: list[dict[str, Any]], returned: set[str], findings: Any, catalogue: Catalogue
) -> dict[str, Any]:
    now = [row for row in mine if row["is_current"]]
    flags = [
        each
        for each in findings
        for row in now
        if each["submission_id"] == row["submission_id"]
        and catalogue.rules[each["rule"]].kind == "perfunctory"
        and each["severity"] == "verify"
        and each["status"] in {"open", "explained"}
    ]
    return {
        "sys.submitted_at": min((row["received_at"] for row in mine), default=None),
        "sys.return_count": sum(1 for row in mine if row["submission_id"] in returned),
        "sys.perfunctory_flags": len(flags) if now else None,
        "is_given": any("returned" not in (row["verdict"], row["status"]) for row in now),
    }
