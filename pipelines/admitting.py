"""Who may read the site: accounts given, passwords made, the log kept."""

import hashlib
import hmac
import secrets
import sqlite3
from datetime import datetime
from functools import cached_property

from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import OperationalError
from werkzeug.security import generate_password_hash

from dashboards.accounts import Account, NotRecordedError
from dashboards.reader import Reader, Role
from dashboards.view import CITY_CODE
from models.catalogue_model import Catalogue
from pipelines.records.readers import (
    add_reader,
    disable_reader,
    is_known,
    reader_count,
    reader_in_force,
    record_view,
    set_password,
    wrong_passwords,
)
from pipelines.records.units import directory
from pipelines.registry import open_registry
from pipelines.settings import Home
from pipelines.workbook.token import site_key

LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without those that look alike: passwords are read from a slip of paper."""
PARTS, IN_PART = 3, 4
SECONDS_TO_WAIT = 5.0
"""So long a page may wait for the registry before it is refused."""
PURPOSE = b"sanji: sessions of the site"


class NotAdmittedError(Exception):
    """The account cannot be given or changed; `reason` names the text that says why."""

    def __init__(self, reason: str, **fills: object) -> None:
        super().__init__(reason)
        self.reason = reason
        self.fills = fills


def rights(
    registry: Connection, catalogue: Catalogue, role: Role, county: str | None, unit: str | None
) -> Reader:
    """What a role may see of a county or a unit.

    Raises:
        NotAdmittedError: the codes do not go with the role, or there is no such place.
    """
    if county is not None and county not in {CITY_CODE, *catalogue.counties}:
        raise NotAdmittedError("no_county", county=county)
    if role == "unit":
        return _of_unit(registry, county, unit)
    if unit is not None:
        raise NotAdmittedError("reader_not_of_unit")
    if (role == "county") != (county is not None) and role != "reviewer":
        raise NotAdmittedError("reader_of_county" if role == "county" else "reader_not_of_county")
    return Reader(role, frozenset({county}) if county else None)


def _of_unit(registry: Connection, county: str | None, unit: str | None) -> Reader:
    if unit is None or county is not None:
        raise NotAdmittedError("reader_of_unit")
    known = [each for each in directory(registry).versions if each.unit_code == unit]
    if not known:
        raise NotAdmittedError("reader_no_unit", unit=unit)
    return Reader("unit", frozenset({each.county_code for each in known}), frozenset({unit}))


def admit(registry: Connection, name: str, reader: Reader, by: str, at: datetime) -> str:
    """Give an account; return its password, which nobody can read again.

    Raises:
        NotAdmittedError: the name is taken, or was.
    """
    if not name.strip() or name != name.strip():
        raise NotAdmittedError("reader_without_name")
    if is_known(registry, name):
        raise NotAdmittedError("reader_exists", name=name)
    password = new_password()
    add_reader(registry, Account(name, reader, generate_password_hash(password)), by, at)
    return password


def renew(registry: Connection, name: str, by: str, at: datetime) -> str:
    """Give a reader another password; whoever is signed in under the name is out.

    Raises:
        NotAdmittedError: there is no such reader.
    """
    _must_be_in_force(registry, name)
    password = new_password()
    set_password(registry, name, generate_password_hash(password), by, at)
    return password


def dismiss(registry: Connection, name: str, by: str, at: datetime) -> None:
    """Take an account away, at once.

    Raises:
        NotAdmittedError: there is no such reader.
    """
    _must_be_in_force(registry, name)
    disable_reader(registry, name, by, at)


def _must_be_in_force(registry: Connection, name: str) -> None:
    if reader_in_force(registry, name) is None:
        raise NotAdmittedError("no_reader", name=name)


def new_password() -> str:
    """Twelve letters and digits in three parts."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(IN_PART)) for _ in range(PARTS))


class HomeAccounts:
    """The accounts in the registry of a home. The log is written beside whatever else runs."""

    def __init__(self, home: Home, patience: float = SECONDS_TO_WAIT) -> None:
        self._home = home
        self._patience = patience

    @cached_property
    def secret(self) -> bytes:
        """Derived from the site's key, so that neither signs in the place of the other."""
        return hmac.new(site_key(self._home.key), PURPOSE, hashlib.sha256).digest()

    @cached_property
    def _engine(self) -> Engine:
        engine = open_registry(self._home.registry)

        @event.listens_for(engine, "connect")
        def _on_connect(connection: sqlite3.Connection, _: object) -> None:
            connection.execute(f"PRAGMA busy_timeout = {int(self._patience * 1000)}")

        return engine

    def _asked(self) -> Connection:
        return self._engine.connect()

    def is_needed(self) -> bool:
        with self._asked() as registry:
            return reader_count(registry, in_force=False) > 0

    def may_anyone_sign_in(self) -> bool:
        """Whether an account is in force."""
        with self._asked() as registry:
            return reader_count(registry, in_force=True) > 0

    def find(self, name: str) -> Account | None:
        with self._asked() as registry:
            return reader_in_force(registry, name)

    def wrong_passwords(self, name: str, since: datetime) -> int:
        with self._asked() as registry:
            return wrong_passwords(registry, name, since)

    def record(self, name: str, kind: str, path: str, at: datetime) -> None:
        # A run may hold the registry for longer than SQLite waits; the lock file is not asked for,
        # since one row of the log disturbs nobody.
        try:
            with self._engine.begin() as registry:
                record_view(registry, name, kind, path, at)
        except OperationalError as error:
            raise NotRecordedError(str(error)) from error

    def close(self) -> None:
        """Let go of the registry."""
        self._engine.dispose()
