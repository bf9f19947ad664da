"""A few tables of a warehouse, written by hand, and the models run on them."""

import duckdb

from pipelines.build.run import build_model, models_in_order

Q = "2026Q2"


def warehouse(catalogue, units, tables=""):
    """A warehouse of one quarter: `units` are (code, level, county, owes, is_used)."""
    con = duckdb.connect()
    con.execute("CREATE SCHEMA core; CREATE SCHEMA marts")
    con.execute(
        "CREATE TABLE core.period AS SELECT '2026Q2' AS period, 2026 AS year, 2 AS quarter,"
        " DATE '2026-04-01' AS period_start, DATE '2026-06-30' AS period_end, '2026Q1' AS previous"
    )
    con.execute(
        "CREATE TABLE core.duty (period VARCHAR, unit_code VARCHAR, level VARCHAR,"
        " county_code VARCHAR, owes BOOLEAN, is_used BOOLEAN, unit_kind VARCHAR,"
        " leading_system VARCHAR, city_code VARCHAR)"
    )
    kinds = {"city": "city_organ", "county": "county_organ", "township": "township"}
    for code, level, county, owes, used in units:
        con.execute(
            "INSERT INTO core.duty VALUES (?, ?, ?, ?, ?, ?, ?, '综合', '330700')",
            [Q, code, level, county, owes, used, kinds[level]],
        )
    if tables:
        con.execute(tables)
    return con


def build(con, catalogue, *tables):
    """Build these models for the quarter."""
    known = {model.table: model for model in models_in_order(catalogue)}
    for table in tables:
        build_model(con, known[table], catalogue, [Q])


def rows_of(con, table, *keys):
    """The rows of a table as mappings, by key columns."""
    frame = con.sql(f"SELECT * FROM {table}").pl()  # noqa: S608
    return {tuple(row[key] for key in keys): row for row in frame.to_dicts()}
