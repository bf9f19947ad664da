"""The files that a run refused or left for a person: whoever ran it has to let someone know."""

from typing import Any

from sqlalchemy import Connection, func, select

from models.registry import receipt

WAITING = ("received", "held")
AWAY = ("refused", "held")


def waiting(registry: Connection) -> set[int]:
    """The receipts of files that have not been looked into, or wait for a person."""
    ids = select(receipt.c.receipt_id).where(receipt.c.outcome.in_(WAITING))
    return set(registry.execute(ids).scalars())


def newest(registry: Connection) -> int:
    """The last receipt given."""
    return registry.execute(select(func.max(receipt.c.receipt_id))).scalar_one() or 0


def turned_away(registry: Connection, waited: set[int], last: int) -> list[dict[str, Any]]:
    """Of those that waited and those that came after `last`: the ones not taken in, in order."""
    rows = registry.execute(
        select(receipt)
        .where(
            receipt.c.outcome.in_(AWAY),
            receipt.c.receipt_id.in_(waited) | (receipt.c.receipt_id > last),
        )
        .order_by(receipt.c.receipt_id)
    )
    return [dict(row) for row in rows.mappings()]
