"""Where the columns of a model come from."""

import pytest

from pipelines.build import models_in_order
from pipelines.build.lineage import column_origins
from pipelines.build.run import Model, read_model
from pipelines.dictionary.columns import tables

SCHEMA = {
    "core": {
        "duty": {"period": "VARCHAR", "unit_code": "VARCHAR", "level": "VARCHAR"},
        "value": {"unit_code": "VARCHAR", "number": "DECIMAL"},
    }
}


def origins(select: str) -> dict[str, set[tuple[str, str]]]:
    model: Model = read_model("marts.t", f"/*\nzh: 试\ngrain: [period]\n*/\n{select}")
    return {name: set(found) for name, found in column_origins(model, SCHEMA).items()}


def test_a_column_comes_from_the_columns_in_its_expression():
    found = origins(
        "select duty.period, sum(value.number) as total from core.duty as duty"
        " inner join core.value as value on duty.unit_code = value.unit_code group by duty.period"
    )
    assert found == {"period": {("core.duty", "period")}, "total": {("core.value", "number")}}


def test_it_is_followed_through_common_tables_and_stars():
    found = origins("with one as (select duty.* from core.duty as duty) select one.* from one")
    assert found["level"] == {("core.duty", "level")}


def test_a_union_has_the_origins_of_all_its_parts():
    found = origins(
        "select duty.level as code from core.duty as duty"
        " union all select duty.unit_code from core.duty as duty"
        " union all select 'city' from core.duty as duty"
    )
    assert found == {"code": {("core.duty", "level"), ("core.duty", "unit_code")}}


def test_a_constant_comes_from_nowhere():
    assert origins("select 'x' as view from core.duty as duty") == {"view": set()}


def test_a_count_of_rows_comes_from_what_they_are_grouped_joined_and_filtered_by():
    found = origins(
        "select duty.period, count(*) as units from core.duty as duty where duty.level = 'city'"
        " group by duty.period"
    )
    assert found["units"] == {("core.duty", "period"), ("core.duty", "level")}


def test_what_a_step_makes_comes_from_the_columns_that_its_header_names():
    model = read_model(
        "marts.t",
        "/*\nzh: 试\ngrain: [period]\nthen: intervals\ncolumns: {low: 下限}\n"
        "from: {low: [one]}\n*/\n"
        "select duty.period, duty.level as one from core.duty as duty",
    )
    found = column_origins(model, SCHEMA)
    assert found == {
        "period": {("core.duty", "period")},
        "low": {("core.duty", "level")},
    }


def test_every_column_of_every_mart_comes_from_a_column_of_an_input(catalogue):
    known = {table.name: dict.fromkeys(table.columns, "VARCHAR") for table in tables(catalogue)}
    schema: dict[str, dict[str, dict[str, str]]] = {}
    for name, columns in known.items():
        part, _, table = name.partition(".")
        schema.setdefault(part, {})[table] = columns
    for model in models_in_order(catalogue):
        if model.inputs:
            found = column_origins(model, schema)
            assert set(found) == set(known[model.table]), model.table
            assert [name for name in found if not found[name]] == [], model.table
            for origin, column in set().union(*found.values()):
                assert origin in model.inputs, model.table
                assert column in known[origin], (model.table, origin, column)


@pytest.mark.parametrize("table", ["core.scope", "marts.indicator_value"])
def test_origins_are_columns_of_the_inputs(catalogue, table):
    model = next(each for each in models_in_order(catalogue) if each.table == table)
    found = column_origins(model, {})
    assert found
    assert {name for places in found.values() for name, _ in places} <= model.inputs
