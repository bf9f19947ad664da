"""What the site is told of this moment: the returns of a quarter and the last things that ran."""

from datetime import datetime

from sqlalchemy import Connection, func, select

from dashboards.live import Live, LiveOf, LiveUnit
from models.catalogue_model import Catalogue
from models.period import Clock, Period
from models.registry import receipt, snapshot
from pipelines.registry import reading
from pipelines.reminding import reminders
from pipelines.settings import Home
from pipelines.status import unit_statuses

SCHEDULER = "http://127.0.0.1:3000"


def live_of(home: Home, catalogue: Catalogue, clock: Clock) -> LiveOf:
    """The registry of a home, asked anew at every call."""

    def live(period: str) -> Live:
        with reading(home) as registry:
            return _now(home, registry, catalogue, Period.parse(period), clock())

    return live


def _now(
    home: Home, registry: Connection, catalogue: Catalogue, period: Period, at: datetime
) -> Live:
    todo = {one.unit_code: one.todo for one in reminders(home, registry, catalogue, period, at)}
    units = tuple(
        LiveUnit(
            unit_code=each.unit.unit_code,
            unit_name=each.unit.unit_name,
            level=each.unit.level,
            county_code=each.unit.county_code,
            state=each.state,
            todo=todo.get(each.unit.unit_code, ""),
            is_late=each.is_received and not each.is_on_time,
        )
        for each in unit_statuses(registry, catalogue, period)
    )
    return Live(at, units, _health(registry, catalogue), SCHEDULER)


def _health(registry: Connection, catalogue: Catalogue) -> tuple[tuple[str, str, bool], ...]:
    """When the last file came, and when the last snapshot was made."""
    last = {
        "file": registry.execute(select(func.max(receipt.c.received_at))).scalar(),
        "snapshot": registry.execute(select(func.max(snapshot.c.made_at))).scalar(),
    }
    never = catalogue.say("dashboards.never")
    return tuple(
        (
            catalogue.say(f"dashboards.health_last_{name}"),
            f"{when:%Y-%m-%d %H:%M}" if when else never,
            when is not None,
        )
        for name, when in last.items()
    )
