"""What a typed text means."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class Meaning:
    """A typed text read: plain text, its value in one of three measures, and what was done.

    `plain` is None for a blank; the three values are all None when the text cannot be read.
    `how` names a text of `wording/clean.yml`, or is None when nothing was changed.
    """

    plain: str | None
    number: Decimal | None = None
    text: str | None = None
    date: dt.date | None = None
    how: str | None = None
