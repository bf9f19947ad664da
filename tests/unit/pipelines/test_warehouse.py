"""The warehouse file: rows that come in parts, and what may be held in memory."""

import polars as pl
import pytest

from pipelines.warehouse import MEMORY, open_warehouse, put, put_parts

TABLE = "core.some"
MANY = 150_000
"""More than DuckDB holds in one group of rows."""


def rows(period, *numbers):
    return pl.DataFrame([{"period": period, "number": number} for number in numbers])


@pytest.fixture
def con(tmp_path):
    with open_warehouse(tmp_path / "warehouse.duckdb") as opened:
        yield opened


def held(con):
    return con.execute(f"SELECT period, number FROM {TABLE}").fetchall()  # noqa: S608


def test_rows_that_come_in_parts_stand_in_their_order_in_place_of_the_quarters_rows(con):
    put(con, TABLE, rows("2026Q1", 1), "2026Q1")
    put(con, TABLE, rows("2026Q2", 2, 3), "2026Q2")
    parts = (rows("2026Q2", *some) for some in ((9, 8), (7,)))
    assert put_parts(con, TABLE, parts, "2026Q2") == 3
    assert held(con) == [("2026Q1", 1), ("2026Q2", 9), ("2026Q2", 8), ("2026Q2", 7)]


def test_parts_make_a_table_that_is_not_there_and_its_quarters_are_found_at_once(con):
    for quarter in ("2026Q1", "2026Q2"):
        parts = [pl.DataFrame({"period": [quarter] * MANY, "number": range(MANY)})] * 2
        assert put_parts(con, TABLE, parts, quarter) == 2 * MANY
    counted = con.execute(f"SELECT period, count(*) FROM {TABLE} GROUP BY 1 ORDER BY 1").fetchall()  # noqa: S608
    assert counted == [("2026Q1", 2 * MANY), ("2026Q2", 2 * MANY)]


def test_parts_that_break_off_leave_what_was_there(tmp_path):
    path = tmp_path / "warehouse.duckdb"

    def broken():
        yield rows("2026Q1", 2)
        raise OSError

    with open_warehouse(path) as con:
        put(con, TABLE, rows("2026Q1", 1), "2026Q1")
    with pytest.raises(OSError), open_warehouse(path) as con:  # noqa: PT011 raised above
        put_parts(con, TABLE, broken(), "2026Q1")
    with open_warehouse(path) as con:
        assert held(con) == [("2026Q1", 1)]


def test_a_build_holds_no_more_in_memory_than_is_said(con):
    set_to = con.execute("SELECT current_setting('memory_limit')").fetchall()
    assert set_to == [(MEMORY.replace("MiB", ".0 MiB"),)]
