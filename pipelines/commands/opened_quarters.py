"""Quarters of which the registry knows nothing: what is asked about them has no answer."""

from sqlalchemy import Connection

from models.period import Period
from pipelines.commands.telling import CannotError
from pipelines.records.quarters import opened_periods


def must_be_opened(registry: Connection, wanted: Period) -> None:
    """Refuse a quarter that was never opened.

    Raises:
        CannotError: it was not.
    """
    must_not_be_before_all(registry, wanted)
    if str(wanted) not in opened_periods(registry):
        raise CannotError("not_open", period=wanted)


def must_not_be_before_all(registry: Connection, wanted: Period) -> None:
    """Refuse a quarter of before the first that was opened; one to come may be asked about.

    Raises:
        CannotError: it is earlier than all.
    """
    first = next(iter(opened_periods(registry)), str(wanted))
    if str(wanted) < first:
        raise CannotError("before_first", period=wanted, first=first)
