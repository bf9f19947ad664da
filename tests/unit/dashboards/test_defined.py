"""What is said under a chart of a definition that changed."""

import duckdb
import pytest

from dashboards.defined import EVERY, redefined
from dashboards.snapshots import open_snapshot

BEFORE, NOW = "2026Q2", "2026Q3"


@pytest.fixture
def snapshot(tmp_path):
    """Linkage is defined anew: an indicator, and with it the dimension and the index."""
    path = tmp_path / "small.duckdb"
    with duckdb.connect(str(path)) as con:
        con.execute("create schema core")
        con.execute("create table core.snapshot as select true as is_sample")
        con.execute("create table core.period (period varchar, kind varchar)")
        con.execute(
            "create table core.definition (indicator varchar, period varchar, mark varchar)"
        )
        for period in (BEFORE, NOW):
            con.execute("insert into core.period values (?, 'final')", [period])
            for name in ("COO01", "X1"):
                con.execute("insert into core.definition values (?, ?, ?)", [name, period, period])
            con.execute("insert into core.definition values ('COO02', ?, 'same')", [period])
    return open_snapshot(path)


@pytest.mark.parametrize(
    ("shows", "told"),
    [((EVERY,), "COO01"), (("COO01", "COO02"), "COO01"), (("X1",), "X1"), (("COO02",), "")],
)
def test_a_chart_names_what_it_shows_that_was_redefined_and_nothing_else(
    snapshot, catalogue, shows, told
):
    said = redefined(snapshot, catalogue, NOW, shows)
    wanted = f"；口径变更：{told}自2026年三季度起改了定义，与以前不可比" if told else ""
    assert said == wanted
    assert redefined(snapshot, catalogue, BEFORE, shows) == ""
