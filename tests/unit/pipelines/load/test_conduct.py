"""How units went about reporting, and what becomes of it in DQ01 to DQ03."""

from datetime import datetime

import duckdb
import polars as pl
from sqlalchemy import insert, select

from models.registry import finding, submission
from pipelines.build.compiled import part_sql
from pipelines.build.run import SQL_DIR
from pipelines.load.due import duty_table
from pipelines.quarter.decisions import send_back
from pipelines.quarter.granting import extend
from pipelines.quarter.undoing import undo
from pipelines.warehouse import put
from tests.unit.pipelines.small_registry import (
    CITY_ORGAN,
    COUNTY_WC,
    LATE,
    ON_TIME,
    ORGAN,
    OTHER_TOWN,
    TOWN,
    P,
    sent,
)

AT = datetime(2026, 10, 13, 10)


def flagged(registry, submission_id, rule, severity="verify", status="open"):
    registry.execute(
        insert(finding).values(
            submission_id=submission_id, rule=rule, part=1, severity=severity, message="请说明",
            status=status, moment="quarter",
        )
    )  # fmt: skip


def told(registry, catalogue):
    """Unit code -> its row of `core.duty`."""
    rows = registry.execute(select(submission)).all()
    found = registry.execute(select(finding)).all()
    table = duty_table(registry, catalogue, P, rows, found, locked=False)
    return {row["unit_code"]: row for row in table.iter_rows(named=True)}


def test_what_is_sent_again_after_a_return_was_on_time_if_its_first_version_was(
    registry, catalogue
):
    sent(registry, TOWN, verdict="returned", status="superseded", current=False)
    sent(registry, TOWN, at=LATE, version=2)
    sent(registry, ORGAN, at=LATE)
    found = told(registry, catalogue)
    town, organ = found[TOWN], found[ORGAN]
    assert (town["submitted_at"], town["received_at"]) == (ON_TIME, LATE)
    assert (town["is_on_time"], town["return_count"], town["is_given"]) == (True, 1, True)
    assert (organ["is_on_time"], organ["return_count"]) == (False, 0)


def test_an_extension_makes_a_late_file_one_in_time(registry, catalogue):
    sent(registry, ORGAN, at=LATE)
    assert not told(registry, catalogue)[ORGAN]["is_on_time"]
    extend(registry, catalogue.campaign, P, ORGAN, LATE.date(), "甲", AT, "搬迁")
    assert told(registry, catalogue)[ORGAN]["is_on_time"]


def test_a_return_by_a_person_counts_until_it_is_undone(registry, catalogue):
    each = sent(registry, CITY_ORGAN)
    send_back(registry, each, "甲", AT, "请补充附件说明材料")
    row = told(registry, catalogue)[CITY_ORGAN]
    assert (row["return_count"], row["is_given"]) == (1, False)
    undo(registry, P, "甲", AT, "点错了单位")
    row = told(registry, catalogue)[CITY_ORGAN]
    assert (row["return_count"], row["is_given"]) == (0, True)


def test_only_signs_that_nobody_cleared_on_the_version_in_force_are_flags(registry, catalogue):
    old = sent(registry, TOWN, verdict="returned", status="superseded", current=False)
    flagged(registry, old, "R601", status="superseded")
    now = sent(registry, TOWN, version=2, verdict="explain")
    flagged(registry, now, "R601")
    flagged(registry, now, "R603", status="explained")
    flagged(registry, now, "R605", status="accepted")
    flagged(registry, now, "R301")
    about_county = sent(registry, COUNTY_WC)
    flagged(registry, about_county, "R607", severity="hint")
    found = told(registry, catalogue)
    assert found[TOWN]["perfunctory_flags"] == 2
    assert found[COUNTY_WC]["perfunctory_flags"] == 0
    assert found[ORGAN]["perfunctory_flags"] is None


def test_units_that_sent_nothing_lower_two_of_the_rates_and_are_outside_the_third(
    registry, catalogue
):
    """Seven owe: one in time, one late, one returned and mended, one still with its unit."""
    sent(registry, CITY_ORGAN)
    sent(registry, OTHER_TOWN, at=LATE)
    sent(registry, ORGAN, verdict="returned", status="superseded", current=False)
    flagged(registry, sent(registry, ORGAN, version=2), "R609")
    sent(registry, COUNTY_WC, verdict="returned")
    with duckdb.connect() as con:
        con.execute("CREATE SCHEMA core")
        put(con, "core.duty", pl.DataFrame(list(told(registry, catalogue).values())), None)
        quarter = {"period": [str(P)], "quarter": [3], "period_start": [P.first_day]}
        put(con, "core.period", pl.DataFrame({**quarter, "period_end": [P.last_day]}), None)
        reporting = (SQL_DIR / "core" / "reporting.sql").read_text(encoding="utf-8")
        con.execute(f"CREATE TABLE core.reporting AS {reporting}")
        rates = {
            name: con.sql(part_sql(catalogue, catalogue.indicators[name])).pl()
            for name in ("DQ01", "DQ02", "DQ03")
        }
    sums = {name: (int(of["numerator"].sum()), of.height) for name, of in rates.items()}
    assert sums == {"DQ01": (3, 7), "DQ02": (2, 7), "DQ03": (1, 3)}
