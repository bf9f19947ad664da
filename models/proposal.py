"""余缺对接建议: how a proposal is named, its reasons in words, and what a person may decide."""

from collections.abc import Mapping
from decimal import ROUND_FLOOR, Decimal

from models.catalogue_model import Catalogue
from models.spec.resource import Matching

STATUS_OF: Mapping[str, str] = {
    "proposal_accepted": "accepted",
    "proposal_refused": "refused",
}
"""Action of a decision -> the status that it gives the proposal."""


def proposal_id(period: str, resource_code: int, giver: str, taker: str) -> str:
    """The name of a proposal: quarter, code of the resource, who has, who lacks."""
    return f"{period}-{resource_code}-{giver}-{taker}"


def parts_of(proposal: str) -> tuple[str, str, str]:
    """Code of the resource, giver and taker of a proposal."""
    _, resource_code, giver, taker = proposal.split("-")
    return resource_code, giver, taker


def has_told(matching: Matching, spare: Decimal | None) -> str:
    """What the giver has to spare: whole pieces, for a part of one serves nobody."""
    return matching.has.format(amount=int(spare or 0))


def lacks_told(catalogue: Catalogue, matching: Matching, short: Decimal | None) -> str:
    """What the taker lacks, and how much of it there is, where that is known."""
    if short is None or matching.now is None:
        return matching.lacks
    # Rounded up, what is short of a bound would seem to reach it.
    amount = short.quantize(Decimal("0.1"), ROUND_FLOOR)
    now = matching.now.format(amount=f"{amount:f}".removesuffix(".0"))
    return catalogue.say("cli.proposal_lacks", lacks=matching.lacks, now=now)
