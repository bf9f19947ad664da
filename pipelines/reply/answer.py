"""The answer to a file (回执): what came, what was found, and the one next step."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from models.catalogue_model import Catalogue
from models.units import UnitVersion
from pipelines.reply.said import Said

CITY = "city"
DIGITS = 12


@dataclass(frozen=True)
class Came:
    """The file as it was received."""

    receipt_id: int
    received_at: datetime
    door: str
    original_name: str
    file_sha256: str
    size: int
    outcome: str
    reason: str | None


@dataclass(frozen=True)
class Standing:
    """Whose return it became, which version of it, and where it stands."""

    submission_id: str
    unit: UnitVersion
    period: str
    version: int
    newest: int
    is_current: bool
    status: str
    verdict: str | None
    due_at: datetime
    first_received_at: datetime
    sent_back: Mapping[str, str] | None = None

    @property
    def is_on_time(self) -> bool:
        return self.first_received_at <= self.due_at

    @property
    def is_open(self) -> bool:
        """Whether the unit has something to do, and gets a returned workbook for it."""
        unexplained = self.verdict == "explain" and self.status == "received"
        return self.is_current and (self.status == "returned" or unexplained)


@dataclass(frozen=True)
class NextStep:
    """The one next step, and who must take it."""

    who: str
    what: str


@dataclass(frozen=True)
class Answer:
    """Everything a sender is told."""

    came: Came | None
    standing: Standing | None
    next_step: NextStep
    is_sample: bool
    findings: Sequence[Said] = ()
    normalised: Sequence[Mapping[str, str]] = ()

    def as_json(self, catalogue: Catalogue) -> dict[str, Any]:
        """The contract of `sanji receipt --json`."""
        return {
            "is_sample": self.is_sample,
            "receipt": _came(catalogue, self.came) if self.came else None,
            "submission": _standing(catalogue, self.standing) if self.standing else None,
            "next_step": vars(self.next_step),
            "findings": [each.as_json() for each in self.findings],
            "normalised": list(self.normalised),
        }


def _came(catalogue: Catalogue, came: Came) -> dict[str, Any]:
    return {
        **vars(came),
        "received_at": came.received_at.isoformat(),
        "door_zh": said(catalogue, "door", came.door),
        "outcome_zh": said(catalogue, "outcome", came.outcome),
        "file": came.file_sha256[:DIGITS],
    }


def _standing(catalogue: Catalogue, standing: Standing) -> dict[str, Any]:
    unit = standing.unit
    return {
        "submission_id": standing.submission_id,
        "unit_code": unit.unit_code,
        "unit_name": unit.unit_name,
        "period": standing.period,
        "version": standing.version,
        "newest_version": standing.newest,
        "is_current": standing.is_current,
        "status": standing.status,
        "status_zh": catalogue.campaign.state(standing.status),
        "verdict": standing.verdict,
        "verdict_zh": said(catalogue, "verdict", standing.verdict or "none"),
        "due_at": standing.due_at.isoformat(),
        "first_received_at": standing.first_received_at.isoformat(),
        "is_on_time": standing.is_on_time,
        "sent_back": standing.sent_back,
    }


def said(catalogue: Catalogue, what: str, value: str) -> str:
    """A code in Chinese; a code that has no words yet as it is."""
    return catalogue.wording["reply"].get(f"{what}_{value}", value)


def next_step(catalogue: Catalogue, came: Came | None, standing: Standing | None) -> NextStep:
    """Look up the one next step, by status and verdict, else by what became of the file."""
    words = catalogue.wording["reply"]
    if standing is not None:
        states = [f"{standing.status}_{standing.verdict or 'none'}", standing.status]
        fills: dict[str, object] = {
            "period": standing.period,
            "newest": standing.newest,
            "days": catalogue.campaign.returned_within,
        }
    else:
        states = [f"file_{came.outcome}"] if came else []
        fills = {}
    state = next((each for each in states if f"step_{each}" in words), "other")
    role = words[f"who_{state}"]
    return NextStep(_who(words, role, standing), catalogue.say(f"reply.step_{state}", **fills))


def checked_step(catalogue: Catalogue, verdict: str) -> NextStep:
    """The next step of somebody who has had a file checked and not sent it."""
    words = catalogue.wording["reply"]
    who = _who(words, words[f"who_check_{verdict}"], None)
    return NextStep(who, catalogue.say(f"reply.step_check_{verdict}"))


def _who(words: Mapping[str, str], role: str, standing: Standing | None) -> str:
    """The role's name; the reviewer of a unit is the committee at its level."""
    if role == "reviewer":
        is_city = standing is None or standing.unit.level == CITY
        role = "city" if is_city else "county"
    return words[f"role_{role}"]
