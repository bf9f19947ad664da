"""余缺对接建议: how a proposal is named, and what a person may decide on it."""

from collections.abc import Mapping

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
