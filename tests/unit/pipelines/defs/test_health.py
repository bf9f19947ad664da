"""What Dagster's records say of the last run and of the watch over the inbox."""

from datetime import UTC, datetime

import dagster as dg
from dagster._daemon.types import DaemonHeartbeat

from pipelines.defs.health import last_beat, last_run


@dg.op
def nothing() -> None: ...


@dg.job
def build() -> None:
    nothing()


def test_the_last_run_and_the_last_beat_are_told_in_the_time_of_the_wall():
    with dg.DagsterInstance.ephemeral() as instance:
        assert (last_run(instance), last_beat(instance)) == (None, None)
        build.execute_in_process(instance=instance)
        beat = datetime(2026, 10, 27, 1, 0, tzinfo=UTC).timestamp()
        instance.add_daemon_heartbeat(DaemonHeartbeat(beat, "SENSOR", "one", []))
        last = last_run(instance)
        assert last is not None
        assert (last.job, last.status) == ("build", "SUCCESS")
        assert last_beat(instance) == datetime(2026, 10, 27, 9, 0)
