"""Accounts and log of a site, kept in memory."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from werkzeug.security import generate_password_hash

from dashboards.accounts import WRONG_PASSWORD, Account, NotRecordedError
from dashboards.reader import CITY, Reader

OWN, OTHER = "330702", "330723"
UNIT = "330702210003"
PASSWORD = "tang-ping-shan"  # noqa: S105 of nobody
READERS = {
    "市甲": CITY,
    "县乙": Reader("county", frozenset({OWN})),
    "单位丙": Reader("unit", frozenset({OWN}), frozenset({UNIT})),
    "审丁": Reader("reviewer"),
    "县审戊": Reader("reviewer", frozenset({OWN})),
}
HASH = generate_password_hash(PASSWORD, "pbkdf2:sha256:1")


@dataclass
class RememberedAccounts:
    """As the registry keeps them."""

    now: datetime
    held: dict[str, Account] = field(default_factory=dict)
    log: list[tuple[str, str, str, datetime]] = field(default_factory=list)
    is_busy: bool = False
    secret: bytes = b"a secret of this test"

    def is_needed(self) -> bool:
        return bool(self.held)

    def find(self, name: str) -> Account | None:
        return self.held.get(name)

    def wrong_passwords(self, name: str, since: datetime) -> int:
        return sum(
            who == name and kind == WRONG_PASSWORD and at > since for who, kind, _, at in self.log
        )

    def record(self, name: str, kind: str, path: str, at: datetime) -> None:
        if self.is_busy:
            raise NotRecordedError
        self.log.append((name, kind, path, at))

    def clock(self) -> datetime:
        return self.now

    def later(self, **by: float) -> None:
        self.now += timedelta(**by)


def accounts_of(now: datetime, readers: dict[str, Reader]) -> RememberedAccounts:
    """The accounts of these readers, all with the same password."""
    held = {name: Account(name, reader, HASH) for name, reader in readers.items()}
    return RememberedAccounts(now, held)
