"""Two units type the same id for their ties with a third: each is answered for itself."""

from pathlib import Path

import duckdb
import pytest

import models

CORE = Path(models.__file__).parent / "sql" / "core"
TABLES = """
CREATE SCHEMA core;
CREATE TABLE core.period AS SELECT '2026Q2' AS period;
CREATE TABLE core.l2 AS SELECT '2026Q2' AS period, *
FROM (VALUES ('a-v1', 1, 'a'), ('c-v1', 1, 'c')) AS l2 (submission_id, line, unit_code);
CREATE TABLE core.claim AS SELECT '2026Q2' AS period, *, NULL AS partner_doubt,
    NULL AS answer, NULL AS note, unit_code AS claimed_by
FROM (VALUES
    ('L2', 'a-v1', 1, 'X001', 'a', 'b', 4), ('L2', 'c-v1', 1, 'X001', 'c', 'b', 4),
    {listed_back}
) AS claim (form, submission_id, line, row_key, unit_code, partner_code, pair_type);
CREATE TABLE core.duty AS SELECT '2026Q2' AS period, unit_code, TRUE AS is_used
FROM (VALUES ('a'), ('b'), ('c')) AS duty (unit_code);
CREATE TABLE core.submission AS SELECT 'b-v1' AS submission_id,
    TIMESTAMP '2026-07-03' AS received_at;
CREATE TABLE core.unchanged_row (submission_id VARCHAR, form VARCHAR, line INTEGER,
    said_at TIMESTAMP);
CREATE TABLE core.mirror_answer AS SELECT '2026Q2' AS period, 'L2' AS form, 'X001' AS row_key,
    'a' AS claimed_by, 'b' AS unit_code, 1 AS answer, NULL AS note, 'b-C1' AS sheet_id,
    1 AS receipt_id, TIMESTAMP '2026-07-10' AS received_at WHERE {by_sheet};
"""


@pytest.mark.parametrize(
    ("listed_back", "by_sheet"),
    [("('L2', 'b-v1', 1, 'Y', 'b', 'a', 4)", False), ("('L2', 'b-v1', 1, 'Y', 'b', 'd', 4)", True)],
    ids=["listed", "on_a_sheet"],
)
def test_an_answer_to_one_unit_decides_no_tie_of_another(listed_back, by_sheet):
    with duckdb.connect() as con:
        con.execute(TABLES.format(listed_back=listed_back, by_sheet=by_sheet))
        for name in ("answer", "tie"):
            query = (CORE / f"{name}.sql").read_text(encoding="utf-8")
            con.execute(f"CREATE TABLE core.{name} AS {query}")
        found = con.execute("SELECT unit_code, mirror_status FROM core.tie").fetchall()
    assert dict(found) == {"a": "confirmed", "c": "one_sided"}
