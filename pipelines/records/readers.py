"""Rows of the registry about readers of the site: their accounts, and the log of what they saw."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from dashboards.accounts import WRONG_PASSWORD, Account
from dashboards.reader import Reader
from models.registry_readers import reader, reader_view

LONGEST_PATH = 300


def add_reader(registry: Connection, account: Account, by: str, at: datetime) -> None:
    """Record a new account."""
    rights = account.reader
    registry.execute(
        insert(reader).values(
            reader_name=account.name,
            role=rights.role,
            counties=_written(rights.counties),
            units=_written(rights.units),
            password_hash=account.password_hash,
            created_at=at,
            created_by=by,
            password_at=at,
            password_by=by,
        )
    )


def _written(codes: frozenset[str] | None) -> str | None:
    return None if codes is None else " ".join(sorted(codes))


def _read(codes: str | None) -> frozenset[str] | None:
    return None if codes is None else frozenset(codes.split())


def all_readers(registry: Connection) -> list[Row[Any]]:
    """Every account there ever was, oldest first."""
    oldest = (reader.c.created_at, reader.c.reader_name)
    return list(registry.execute(select(reader).order_by(*oldest)))


def reader_count(registry: Connection, *, in_force: bool) -> int:
    """How many accounts there ever were, or are in force."""
    asked = select(func.count()).select_from(reader)
    if in_force:
        asked = asked.where(reader.c.disabled_at.is_(None))
    return registry.execute(asked).scalar_one()


def reader_in_force(registry: Connection, name: str) -> Account | None:
    """The account of that name, if nobody has disabled it."""
    asked = select(reader).where(reader.c.reader_name == name, reader.c.disabled_at.is_(None))
    for row in registry.execute(asked):
        return Account(row.reader_name, rights_of(row), row.password_hash)
    return None


def rights_of(row: Row[Any]) -> Reader:
    """What the account of a row may see."""
    return Reader(row.role, _read(row.counties), _read(row.units))


def is_known(registry: Connection, name: str) -> bool:
    """Whether the name was ever given; a disabled one is not given again."""
    asked = select(reader.c.reader_name).where(reader.c.reader_name == name)
    return registry.execute(asked).first() is not None


def set_password(
    registry: Connection, name: str, password_hash: str, by: str, at: datetime
) -> None:
    """Put another password in place of the old one."""
    registry.execute(
        update(reader)
        .where(reader.c.reader_name == name)
        .values(password_hash=password_hash, password_by=by, password_at=at)
    )


def disable_reader(registry: Connection, name: str, by: str, at: datetime) -> None:
    """Disable an account; its row stays, since the log names it."""
    registry.execute(
        update(reader).where(reader.c.reader_name == name).values(disabled_by=by, disabled_at=at)
    )


def record_view(registry: Connection, name: str, kind: str, path: str, at: datetime) -> None:
    """Write into the log who saw what, and when."""
    registry.execute(
        insert(reader_view).values(
            reader_name=name, kind=kind, path=path[:LONGEST_PATH], seen_at=at
        )
    )


def wrong_passwords(registry: Connection, name: str, since: datetime) -> int:
    """How many wrong passwords were tried for a name, since a moment."""
    return registry.execute(
        select(func.count()).where(
            reader_view.c.reader_name == name,
            reader_view.c.kind == WRONG_PASSWORD,
            reader_view.c.seen_at > since,
        )
    ).scalar_one()


def last_views(registry: Connection, most: int) -> list[Row[Any]]:
    """The newest entries of the log, newest first."""
    newest = reader_view.c.reader_view_id.desc()
    return list(registry.execute(select(reader_view).order_by(newest).limit(most)))
