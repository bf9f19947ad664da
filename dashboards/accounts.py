"""What the site must know of its readers, told by whoever serves it; it knows no registry."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from dashboards.reader import Reader

SIGNED_IN, SIGNED_OUT, WRONG_PASSWORD = "signed_in", "signed_out", "wrong_password"
SIGNS, SENSITIVE = "signs", "sensitive"
"""Kinds of entries in the log of readers: coming and going, and what was shown."""


class NotRecordedError(Exception):
    """The log cannot be written at this moment, so what must be logged is not shown."""


@dataclass(frozen=True)
class Account:
    """A person that may read the site, and what it may see."""

    name: str
    reader: Reader
    password_hash: str


class Accounts(Protocol):
    """The accounts of a site. Asked anew at each request: who is removed is out at once."""

    @property
    def secret(self) -> bytes:
        """What sessions are signed with."""

    def is_needed(self) -> bool:
        """Whether an account was ever given: from then on nobody reads without one."""

    def find(self, name: str) -> Account | None:
        """The account of that name, if it is in force."""

    def wrong_passwords(self, name: str, since: datetime) -> int:
        """How many wrong passwords were tried for a name, since a moment."""

    def record(self, name: str, kind: str, path: str, at: datetime) -> None:
        """Write into the log who saw what, and when.

        Raises:
            NotRecordedError: it could not be written.
        """
