"""`sanji run` takes in whatever has come, whichever quarter it is for."""

from datetime import datetime

import dagster as dg
import pytest

from pipelines.defs.run import run_quarter
from pipelines.receive import receive_file
from pipelines.records.quarters import current
from pipelines.registry import reading, writing

pytestmark = pytest.mark.xdist_group("run")
AT = datetime(2026, 7, 20, 16)


def test_files_of_an_earlier_quarter_are_judged_and_built_too(
    small_city, workbooks, catalogue, tmp_path, monkeypatch
):
    home = small_city.home(tmp_path / "home")
    monkeypatch.setenv("SANJI_HOME", str(home.root))
    chosen = [*small_city.of("2026Q1")[:2], *small_city.of("2026Q2")[:2]]
    with writing(home) as registry:
        for each in chosen:
            path = workbooks[each.issue.issue_id]
            receive_file(registry, home.archive, path, AT, "cli", catalogue)
    with dg.DagsterInstance.ephemeral() as instance:
        outcome = run_quarter("2026Q2", AT, instance)
    assert outcome.success, outcome.failures
    with reading(home) as registry:
        for period in ("2026Q1", "2026Q2"):
            rows = current(registry, period).values()
            assert len(rows) == 2
            assert all(row.verdict in {"accepted", "explain"} for row in rows)
    assert outcome.snapshot.startswith("draft-20260720T160000")
