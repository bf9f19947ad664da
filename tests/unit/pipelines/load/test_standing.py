"""Which older quarters are added up again when the present structure changes."""

import duckdb
import polars as pl
import pytest

from pipelines.load.standing import SUCCESSION, quarters_moved
from pipelines.warehouse import put

PLACE = ("330702", "township", "township", "综合", "330700")
NAMES = ("unit_code", "county_code", "level", "unit_kind", "leading_system", "city_code")
Q1, Q2 = "2026Q1", "2026Q2"


def standing(codes, *taken_over):
    """The tables: who stands, and (quarter, unit, heir)."""
    present = [(code, *PLACE) for code in codes]
    rows = [(period, unit, 1, heir, 0, 1, False) for period, unit, heir in taken_over]
    return {
        "core.present": pl.DataFrame(present, schema=dict.fromkeys(NAMES, pl.String), orient="row"),
        "core.succession": pl.DataFrame(rows, schema=SUCCESSION, orient="row"),
    }


@pytest.fixture
def moved():
    """What moves between two standings; A and B had a duty in Q1, A alone in Q2."""
    con = duckdb.connect()
    con.execute("CREATE SCHEMA core")
    con.execute(
        "CREATE TABLE core.duty AS SELECT * FROM (VALUES"
        " ('2026Q1', 'A'), ('2026Q1', 'B'), ('2026Q2', 'A')) AS duty (period, unit_code)"
    )

    def run(before, now):
        for table, frame in before.items():
            put(con, table, frame, None)
        return quarters_moved(con, now, [Q1, Q2])

    yield run
    con.close()


def test_a_unit_whose_abolition_is_undone_moves_the_quarters_in_which_it_had_a_duty(moved):
    assert moved(standing("A"), standing("AB")) == [Q1]


def test_a_unit_that_goes_moves_every_quarter_and_a_new_one_none(moved):
    assert moved(standing("AB"), standing("A")) == [Q1, Q2]
    assert moved(standing("AB"), standing("ABN")) == []
    assert moved(standing("AB"), standing("AB")) == []


def test_a_unit_that_comes_back_moves_the_quarters_whose_history_it_took_over(moved):
    taken = (Q2, "A", "C")
    assert moved(standing("B", taken), standing("BC", taken)) == [Q2]
