"""The dictionary knows every table and column that a build really makes."""

import json
import re

import pytest

from pipelines.build.lineage import read_schema
from pipelines.building import build_warehouse
from pipelines.dictionary import tables
from pipelines.registry import reading
from pipelines.warehouse import open_warehouse


@pytest.fixture(scope="module")
def schema(small_city, catalogue, tmp_path_factory):
    """The tables of a warehouse with a directory and no returns: every table is there."""
    home = small_city.home(tmp_path_factory.mktemp("dictionary") / "home")
    with reading(home) as registry:
        build_warehouse(home, registry, catalogue, [str(small_city.sample.periods[0])])
    with open_warehouse(home.warehouse) as con:
        return read_schema(con)


def test_every_table_and_column_that_is_built_has_a_chinese_meaning(schema, catalogue):
    told = {table.name: table for table in tables(catalogue)}
    for place, found in schema.items():
        for name, columns in found.items():
            table = told[f"{place}.{name}"]
            assert table.zh, table.name
            silent = [column for column in columns if not table.columns.get(column)]
            assert silent == [], table.name


def test_the_dictionary_names_no_column_that_is_not_built(schema, catalogue):
    for table in tables(catalogue):
        place, _, name = table.name.partition(".")
        if name in schema[place]:
            assert set(table.columns) == set(schema[place][name]), table.name


def test_the_page_needs_no_internet_and_links_what_belongs_together(sanji, tmp_path, catalogue):
    page = tmp_path / "字典.html"
    code, _, _ = sanji("dictionary", "--out", page)
    text = page.read_text(encoding="utf-8")
    assert code == 0
    assert "http://" not in text
    assert "https://" not in text
    assert '<a href="#LIF07">LIF07</a>' in text
    for anchor in [*catalogue.fields, *catalogue.rules, *catalogue.indicators, *catalogue.norms]:
        assert text.count(f' id="{anchor}"') == 1
    assert ' id="codes:unit_level"' in text
    # Duties often bear the name of a field; the field leads to the duty and not to itself.
    assert '<a href="#duties:dues_published">dues_published</a>' in text


def test_every_table_says_of_which_it_is_made_and_no_link_leads_nowhere(sanji, tmp_path):
    page = tmp_path / "字典.html"
    sanji("dictionary", "--out", page)
    text = page.read_text(encoding="utf-8")
    ids, links = (re.findall(found, text) for found in (r' id="([^"]+)"', r'href="#([^"]+)"'))
    assert set(links) <= set(ids)
    assert len(ids) == len(set(ids))
    calendar = text[text.index('id="marts.duty_calendar"') :].split("<table>")[0]
    assert '<a href="#core.duty_part">core.duty_part</a>' in calendar
    submitted = text[text.index('id="core.submission"') :].split("<table>")[0]
    assert "直接装入" in submitted


def test_as_json_every_field_says_what_uses_it(sanji, catalogue):
    code, out, _ = sanji("dictionary", "--json")
    found = json.loads(out)
    rows = {row["name"]: row for row in found["fields"]["rows"]}
    assert code == 0
    assert rows.keys() == catalogue.fields.keys()
    assert "LIF07" in rows["talk_count"]["used_by"]


def test_the_command_lists_every_field_asked_with_its_uses(sanji):
    code, out, _ = sanji("burden", "--uses")
    assert code == 0
    assert "F3-21 本季谈心谈话:规则R145;指标LIF07" in out
    assert "未被使用的0项" in out
