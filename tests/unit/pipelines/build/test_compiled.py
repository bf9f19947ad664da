"""What stands in compiled models comes from the catalogue."""

import ast
from pathlib import Path

import duckdb
import pytest

import pipelines.build
from pipelines.build.compiled import compiled, part_sql
from pipelines.build.run import read_model

FILES = sorted(Path(pipelines.build.__file__).parent.glob("*.py"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_no_chinese_text_stands_in_python(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    said = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    texts = [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in said
    ]
    assert [text for text in texts if any("一" <= sign <= "鿿" for sign in text)] == []


def test_every_compiled_model_has_a_title(catalogue):
    for table, text in compiled(catalogue).items():
        assert read_model(table, text).zh, table


HEARD = """
CREATE SCHEMA core;
CREATE TABLE core.fixed AS
SELECT '2026Q2' AS period, 'county_wc' AS unit_kind, 2 AS sys__quarter, *
FROM (VALUES ('heard', 3, 20), ('not_heard', 0, 20), ('gap', NULL, 20), ('nobody', 1, 0))
    AS fixed (unit_code, ytd__committee_hear_wc, guid_units_total);
"""


def test_a_year_with_a_gap_is_not_taken_for_a_committee_that_never_heard(catalogue):
    with duckdb.connect() as con:
        con.execute(HEARD)
        con.execute(f"CREATE TABLE part AS {part_sql(catalogue, catalogue.indicators['COO11'])}")
        found = con.execute("SELECT unit_code, numerator, denominator FROM part").fetchall()
    assert {unit: (top, bottom) for unit, top, bottom in found} == {
        "heard": (1, 1),
        "not_heard": (0, 1),
        "gap": (None, 1),
        "nobody": (1, 0),
    }
