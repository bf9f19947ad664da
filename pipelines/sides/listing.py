"""`sanji sides`: what only one side says, what the other disputes or has not answered."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from models.catalogue_model import Catalogue
from pipelines.sides.claims import STATUSES, Claim
from pipelines.sides.confirming import said_of

TO_SETTLE = STATUSES[:-1]


@dataclass(frozen=True)
class Side:
    """A row about which the two sides do not agree, in words: who says what, and what to do."""

    claim: Claim
    status: str
    form: str
    what: str
    claimant: str
    partner: str
    claimed: str
    answered: str
    place: str
    to_do: str

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        told = {name: value for name, value in vars(self).items() if name != "claim"}
        return {**asdict(self.claim), "told": told}


def sides(
    catalogue: Catalogue,
    found: Iterable[Claim],
    county: str | None = None,
    unit_code: str | None = None,
) -> list[Side]:
    """The rows to settle, of which a county or a unit is one of the two sides."""
    chosen = [
        claim
        for claim in found
        if claim.mirror_status in TO_SETTLE
        and claim.is_open
        and county in {None, claim.claimed_by_county, claim.partner_county}
        and unit_code in {None, claim.claimed_by, claim.partner_code}
    ]
    chosen.sort(key=lambda each: (TO_SETTLE.index(each.mirror_status), each.form, each.row_key))
    return [_side(catalogue, each) for each in chosen]


def counts(found: Sequence[Side]) -> dict[str, dict[str, int]]:
    """Form -> status -> how many rows."""
    counted = Counter((each.claim.form, each.claim.mirror_status) for each in found)
    return {form: {status: counted[form, status] for status in TO_SETTLE} for form in ("L3", "L2")}


def _side(catalogue: Catalogue, claim: Claim) -> Side:
    return Side(
        claim=claim,
        status=catalogue.say(f"sides.status_{claim.mirror_status}"),
        form=catalogue.say(f"sides.what_{claim.form}"),
        what=claim.title or "",
        claimant=_unit(claim.claimed_by_name, claim.claimed_by),
        partner=_unit(claim.partner_name, claim.partner_code),
        claimed=said_of(catalogue, claim),
        answered=_answered(catalogue, claim),
        place=f"{claim.sheet or ''}!{claim.cell or ''}",
        to_do=catalogue.say(f"sides.do_{_case(claim)}", typed=claim.typed_code or ""),
    )


def _unit(name: str | None, code: str | None) -> str:
    return f"{name or ''}({code or ''})"


def _answered(catalogue: Catalogue, claim: Claim) -> str:
    """What the partner has said."""
    case = _case(claim)
    if claim.answered_at is None or case in {"unknown", "conflict"}:
        return catalogue.say(f"sides.answer_{case}")
    answer = catalogue.say(f"sides.answer_{claim.mirror_status}")
    door = catalogue.say(f"sides.door_{claim.answer_door}")
    note = catalogue.say("sides.noted", note=claim.answer_note) if claim.answer_note else ""
    return catalogue.say(
        "sides.answered", answer=answer, door=door, at=f"{claim.answered_at:%Y-%m-%d}", note=note
    )


def _case(claim: Claim) -> str:
    """Which of the ways to disagree it is."""
    if claim.mirror_status != "one_sided":
        return claim.mirror_status
    if claim.partner_doubt:
        return claim.partner_doubt
    return "dropped" if claim.form == "L3" else "not_listed"
