"""改按现行口径: two persons have a published quarter computed anew under today's catalogue."""

from datetime import datetime

from sqlalchemy import Connection

from models.period import Period
from pipelines.catalogues.of_quarters import TWO_PERSONS, last_finals, recorded_hashes, redefined_by
from pipelines.quarter.decisions import NotAllowedError
from pipelines.records.quarters import decide


def redefine(registry: Connection, period: Period, by: str, at: datetime, why: str) -> bool:
    """Consent to it; return whether a second person has, so that the next run does it.

    Raises:
        NotAllowedError: the quarter keeps no earlier catalogue, or the same person consents twice.
    """
    if str(period) not in recorded_hashes(registry):
        raise NotAllowedError("not_under_recorded", period=period)
    _, published_at = last_finals(registry)[str(period)]
    persons = redefined_by(registry, str(period), published_at)
    if by in persons:
        raise NotAllowedError("same_person_redefines", by=by, period=period)
    decide(registry, str(period), "redefine", by, at, why)
    return len({*persons, by}) >= TWO_PERSONS
