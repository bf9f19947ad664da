"""What the steps of a run share: the data folder, the hour, and the lock against other runs."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import dagster as dg
from sqlalchemy import Connection

from models.loader import load_catalogue
from models.period import system_clock
from pipelines.building import alone
from pipelines.disk import BusyError
from pipelines.registry import reading, writing
from pipelines.settings import Home, home


class Place(dg.ConfigurableResource["Place"]):
    """Where a run works, and its hour: `at` (ISO), or the clock when it is left empty."""

    at: str = ""

    @property
    def home(self) -> Home:
        """The data folder."""
        return home()

    def now(self) -> datetime:
        """The hour that is recorded."""
        return datetime.fromisoformat(self.at) if self.at else system_clock()

    @contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Iterator["Place"]:  # noqa: ARG002
        """Keep other runs out from the first step of this run to its last."""
        with _free(), alone(self.home):
            yield self

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """The registry for one step that writes; committed when the block ends well."""
        with _free(), writing(self.home) as registry:
            yield registry

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """The registry for questions."""
        with reading(self.home) as registry:
            yield registry


@contextmanager
def _free() -> Iterator[None]:
    try:
        yield
    except BusyError as error:
        raise dg.Failure(load_catalogue().say("dagster.busy"), allow_retries=False) from error
