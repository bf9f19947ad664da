"""Reasons used too often are counted without the signs, which only reviewers are told of."""

import duckdb

from pipelines.build.run import SQL_DIR, build_model, read_model

FOUND = """
create schema core; create schema marts;
create table core.duty as select '330700' as city_code;
create table core.reason_limit as
select 1 as unit_uses, 1 as text_units, 1 as scope_uses, 0.0 as scope_share;
create table marts.finding as
select '2026Q1' as period, 'u' as unit_code, '330702' as county_code, rule, is_sign,
    1 as reason_code, text as reason_text, true as is_current, 'explained' as status,
    'unit' as explained_by_role
from (values ('R130', false, '已核'), ('R602', true, '与别家相同'), ('R603', true, '已核'))
    as said (rule, is_sign, text)
"""


def test_an_explained_sign_is_in_no_count_of_reasons(catalogue):
    path = SQL_DIR / "marts" / "reason_use.sql"
    model = read_model("marts.reason_use", path.read_text(encoding="utf-8"))
    with duckdb.connect() as con:
        con.execute(FOUND)
        build_model(con, model, catalogue, ["2026Q1"])
        rows = con.execute(
            "select scope_code, reason_text, uses, of_all from marts.reason_use"
        ).fetchall()
    assert set(rows) == {
        ("u", None, 1, 1), ("u", "已核", 1, 1), ("330700", "已核", 1, 1),
        ("330702", None, 1, 1), ("R130", None, 1, 1),
    }  # fmt: skip
