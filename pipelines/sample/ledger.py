"""换届台账 (L1): a row for each organisation, and what F1 counts from it."""

from collections.abc import Callable
from datetime import date, timedelta

from pipelines.sample.elections import Plan, add_years, plan
from pipelines.sample.orgs import BRANCH, COMMITTEE, ENDED, GENERAL, JOINT, NEW, Org
from pipelines.sample.turn import Row, Turn

APPROVED, ASKED = 1, 2
QUARTERS_OF_VACANCY = 2
"""In the second quarter running a post has been vacant for three months."""
COMMITTEE_FROM, GROUPS_FROM, TOO_SMALL, TOO_LARGE = 7, 20, 3, 50
"""Formal members from which a branch elects a committee, forms groups, and so on."""
NOTICE = timedelta(days=45)
"""An extension is approved so long before the term ends."""


def fill(turn: Turn) -> list[Row]:
    """Return the rows of L1 and put the counts of F1 into the turn."""
    orgs: list[Org] = turn.now["_orgs"]
    rows = [_row(turn, index, org) for index, org in enumerate(orgs, start=1)]
    turn.now["_elections"] = {
        org.serial: row["election_done_date"]
        for org, row in zip(orgs, rows, strict=True)
        if row["election_done_date"]
    }
    _elections(turn, rows)
    _stocks(turn, orgs)
    _branches(turn, [org for org in orgs if org.is_branch and org.status != ENDED])
    return rows


def _row(turn: Turn, index: int, org: Org) -> Row:
    due = add_years(org.elected, org.term)
    intent = plan(turn, org.serial, due)
    first, last = turn.period.first_day, turn.period.last_day
    held = intent.held if first <= intent.held <= last and org.status != ENDED else None
    extension, until = _extension(intent, due, held, last)
    covered = until is not None and until >= last
    return {
        "org_seq": index,
        "org_code": f"{turn.unit.unit_code}{org.serial:03d}",
        "org_name": _name(turn, org),
        "org_type": org.org_type,
        "org_formal_members": org.formal,
        "org_probation_members": org.probation,
        "last_election_date": org.elected,
        "term_years": org.term,
        "due_date": due,
        "extension_status": extension,
        "extension_until": until,
        "election_done_date": held,
        "secretary_status": min(3, org.vacant + 1),
        "org_status": org.status,
        "overdue_flag": int(org.status != ENDED and due < last and held is None and not covered),
    }


def _extension(intent: Plan, due: date, held: date | None, last: date) -> tuple[int, date | None]:
    if intent.extended_until and last >= due - NOTICE:
        return APPROVED, intent.extended_until
    return (ASKED if intent.is_asking and due <= last and held is None else 0), None


def _name(turn: Turn, org: Org) -> str:
    words = turn.words["org_names"]
    if org.serial == 1 and turn.unit.party_org_type in words["only"]:
        return str(words["only"][turn.unit.party_org_type])
    number = _chinese(org.serial, words["digits"])
    return str(words["numbered"][org.org_type].format(number=number))


def _chinese(number: int, digits: str) -> str:
    """A number below 100 in Chinese; `digits` are 一 to 十."""
    tens, ones = divmod(number, 10)
    head = (digits[tens - 1] if tens > 1 else "") + digits[9] if tens else ""
    return head + (digits[ones - 1] if ones else "")


def _elections(turn: Turn, rows: list[Row]) -> None:
    first, last = turn.period.first_day, turn.period.last_day
    due = [row for row in rows if row["org_status"] != ENDED and first <= _due(row) <= last]
    turn.now |= {
        "election_due_qtr": len(due),
        "election_done_qtr": len(turn.now["_elections"]),
        "election_ontime_qtr": sum(
            1
            for row in due
            if isinstance(held := row["election_done_date"], date) and held <= _due(row)
        ),
        "election_overdue": sum(row["overdue_flag"] == 1 for row in rows),
    }


def _due(row: Row) -> date:
    due = row["due_date"]
    return due if isinstance(due, date) else date.max


def _stocks(turn: Turn, orgs: list[Org]) -> None:
    """Opening, added, dropped and closing numbers, by type."""
    turn.now["org_total_close"] = sum(org.status != ENDED for org in orgs)
    for stem, is_kind in KINDS.items():
        mine = [org for org in orgs if is_kind(org)]
        added = sum(org.status == NEW for org in mine)
        turn.now |= {
            f"{stem}_open": len(mine) - added,
            f"{stem}_add": added,
            f"{stem}_drop": sum(org.status == ENDED for org in mine),
            f"{stem}_close": sum(org.status != ENDED for org in mine),
        }


KINDS: dict[str, Callable[[Org], bool]] = {
    "committee": lambda org: org.org_type == COMMITTEE,
    "gbranch": lambda org: org.org_type == GENERAL,
    "branch": lambda org: org.org_type in {BRANCH, JOINT},
}


def _branches(turn: Turn, branches: list[Org]) -> None:
    seven = [org for org in branches if org.formal >= COMMITTEE_FROM]
    without = sum(not org.has_committee for org in seven)
    turn.now |= {
        "joint_branch_count": sum(org.org_type == JOINT for org in branches),
        "party_group_count": sum(org.formal // 9 for org in branches if org.formal >= GROUPS_FROM),
        "branch_under3_count": sum(org.formal < TOO_SMALL for org in branches),
        "branch_over50_count": sum(org.formal + org.probation > TOO_LARGE for org in branches),
        "branch_7plus_count": len(seven),
        "branch_7plus_no_committee": without,
        "_with_committee": len(seven) - without,
        "secretary_vacant_3m": sum(
            org.vacant >= QUARTERS_OF_VACANCY for org in turn.now["_orgs"] if org.status != ENDED
        ),
        "_main_vacant": turn.now["_orgs"][0].vacant,
    }
