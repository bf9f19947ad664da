"""认定: what people decided of mistyped partners, as rows of the registry."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, insert, select

from models.registry import decision, partner_match
from pipelines.records.quarters import in_force

MATCHES = ("match", "match_refused")
"""The decisions of people about mistyped partners: it is this unit, or it is not."""

Subject = tuple[str, str, str | None, str | None]
"""Form and id of a row, and the code and the name typed in it."""


@dataclass(frozen=True)
class Match:
    """That in a row a typed partner means a unit, or does not mean it.

    It holds from its quarter on, as long as the row has the same code and name in it.
    """

    decision_id: int
    period: str
    form: str
    row_key: str
    typed_code: str | None
    typed_name: str | None
    to_code: str
    is_accepted: bool

    @property
    def subject(self) -> Subject:
        """What it is about: the row and what was typed."""
        return self.form, self.row_key, self.typed_code, self.typed_name


def add_match(registry: Connection, match: Match) -> None:
    """Record it."""
    registry.execute(insert(partner_match).values(**vars(match)))


def matches(registry: Connection, period: str) -> list[Match]:
    """Those in force in a quarter, oldest first."""
    columns = [partner_match.c[name] for name in Match.__dataclass_fields__]
    rows = registry.execute(
        select(*columns)
        .join(decision, decision.c.decision_id == partner_match.c.decision_id)
        .where(partner_match.c.period <= period, in_force())
        .order_by(partner_match.c.decision_id)
    ).mappings()
    return [Match(**row) for row in rows]


def accepted(known: Iterable[Match]) -> dict[Subject, str]:
    """Subject -> the unit it was matched with; the newest decision says."""
    meant: dict[Subject, str] = {}
    for each in known:
        if each.is_accepted:
            meant[each.subject] = each.to_code
        elif meant.get(each.subject) == each.to_code:
            del meant[each.subject]
    return meant


def refused(known: Iterable[Match], subject: Subject) -> set[str]:
    """The units that were refused for a subject."""
    said = {each.to_code: each.is_accepted for each in known if each.subject == subject}
    return {code for code, is_accepted in said.items() if not is_accepted}
