"""A sign of formality names another unit: nobody but a reviewer is told of it, on any page."""

import json
import shutil

import duckdb
import pytest
from dash._utils import to_json

from dashboards import provenance
from dashboards.affected import affected, told_to
from dashboards.findings import Asked, report_of, report_page
from dashboards.provenance.formulas import fields_read
from dashboards.reader import CITY, Reader
from dashboards.site import Site
from dashboards.snapshots import open_snapshot

P, UNIT, COUNTY, INDICATOR = "2026Q3", "330702310000", "330702", "COO03"
SIGN, PEER = "R602", "磐安县对照单位(样例)"
NAME = "婺城区样例甲镇(样例)"
READERS = {
    "city": CITY,
    "county": Reader("county", frozenset({COUNTY})),
    "unit": Reader("unit", frozenset({COUNTY}), frozenset({UNIT})),
}
REVIEWER = Reader("reviewer")
FINDING = f"""
insert into core.finding by name
select submission_id, unit_code, period, '{SIGN}' as rule, 'verify' as severity,
    $field as field, 'F4' as sheet, 'C9' as cell,
    '手填的数据有95%与{PEER}相同' as message, 'open' as status, 'quarter' as moment
from core.duty where period = '{P}' and unit_code = '{UNIT}'
"""  # noqa: S608
AFFECTED = f"""
create table core.aftereffect as
select unit_code, period, '{SIGN}' as rule, 'verify' as severity, null::varchar as field,
    'F4' as sheet, 'C9' as cell, '手填的数据有95%与{PEER}相同' as message, false as is_ours,
    null::varchar as value, null::varchar as expected, 'S1' as caused_by, '李某' as corrected_by,
    now()::timestamp as corrected_at, '漏报' as why, 'open' as status, null::varchar as reason
from core.duty where period = '{P}' and unit_code = '{UNIT}'
"""  # noqa: S608
VALUE = f"""
insert into core.value by name
select submission_id, unit_code, period, 'F4' as form, $field as field, 3 as number,
    'F4' as sheet, 'C9' as cell
from core.duty where period = '{P}' and unit_code = '{UNIT}'
"""  # noqa: S608
MARTS = (
    f"""create or replace table marts.finding as
    select found.* exclude (severity), found.severity, row_number() over () as number,
        duty.unit_name, duty.level, duty.county_code, 1 as version, true as is_current,
        found.rule = '{SIGN}' as is_sign, null::integer as reason_code,
        case found.rule when 'R006' then '王某一人' end as reason_text,
        null::varchar as explained_by_role
    from core.finding as found join core.duty as duty using (period, unit_code)""",  # noqa: S608
    """create or replace table marts.rule_record as
    select period, rule, '规则' as zh, 'verify' as severity, any_value(moment) as moment, is_sign,
        99 as evaluated, count(*) as failed, count(*) as findings, count(*) as units,
        count(*) as open, 0 as explained, 0 as settled, 0 as waived, 0 as corrected,
        0.0 as share_explained from marts.finding group by all""",
    f"""create or replace table marts.reason_use as
    select '{P}' as period, way, scope_level, scope_code, 1 as reason_code, text as reason_text,
        9 as uses, 1 as units, 9 as of_all, 1.0 as share, true as is_overused
    from (values ('scope_reason', 'rule', '{SIGN}', null), ('scope_reason', 'rule', 'R006', null),
        ('text_units', 'city', '330700', '同一段话'), ('unit_text', 'unit', '{UNIT}', '自己的话'),
        ('unit_text', 'unit', '330702210003', '别家的话'))
        as said (way, scope_level, scope_code, text)""",  # noqa: S608
)  # fmt: skip


@pytest.fixture(scope="module")
def folder(published, catalogue, tmp_path_factory):
    """The synthetic snapshot with one open sign, at a cell of an indicator."""
    folder = tmp_path_factory.mktemp("signs")
    shutil.copytree(published, folder, dirs_exist_ok=True)
    with duckdb.connect(str(folder / "sample.duckdb")) as con:
        con.execute("alter table core.value add column sheet varchar")
        con.execute("alter table core.value add column cell varchar")
        fields = sorted(fields_read(catalogue.indicators[INDICATOR]))
        con.execute(FINDING, {"field": fields[0]})
        con.execute(AFFECTED)
        for field in fields:
            con.execute(VALUE, {"field": field})
        for table in MARTS:
            con.execute(table)
    return folder


@pytest.fixture
def site(folder, catalogue):
    return Site(folder, catalogue, lambda: None)


@pytest.fixture(scope="module")
def opened(folder):
    return open_snapshot(folder / "sample.duckdb")


def _page(path):
    def told(site, _opened, reader):
        return json.dumps(json.loads(to_json(site.page(path, f"?q={P}", reader))),
                          ensure_ascii=False)  # fmt: skip

    return told


def _provenance(site, opened, reader):
    with opened.connection.cursor() as cursor:
        asked = provenance.Asked(cursor, site.catalogue, UNIT, P, "unit", reader)
        return str(provenance.explain(asked, INDICATOR))


def _report(site, opened, reader):
    return report_page(site.catalogue, report_of(reader, opened, site.catalogue, Asked(P)))


def _reasons(site, opened, reader):
    return str(report_of(reader, opened, site.catalogue, Asked(P)).reasons)


NAMING = {
    "unit": _page(f"/unit/{UNIT}"),
    "cells": _page(f"/unit/{UNIT}/{INDICATOR}"),
    "provenance": _provenance,
    "report": _report,
    "affected": lambda site, _, reader: str(affected(site.question(f"?q={P}", reader))),
    "to do": lambda site, _, reader: str(told_to(site.question(f"?q={P}", reader), UNIT)),
}
PLACES = {**NAMING, "county": _page(f"/county/{COUNTY}"), "reasons": _reasons}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("who", READERS)
def test_a_sign_is_told_to_no_reader(site, opened, place, who):
    told = PLACES[place](site, opened, READERS[who])
    assert SIGN not in told
    assert PEER not in told


@pytest.mark.parametrize("place", NAMING)
def test_a_reviewer_is_told_whom_a_unit_resembles(site, opened, place):
    assert PEER in NAMING[place](site, opened, REVIEWER)


@pytest.mark.parametrize(("reader", "counts"), [(CITY, ("0", "0")), (REVIEWER, ("1", "1"))])
def test_a_county_page_counts_signs_for_reviewers_only(site, opened, reader, counts):
    told = json.loads(to_json(site.page(f"/county/{COUNTY}", f"?q={P}", reader)))
    assert _cells_after(told, f"/unit/{UNIT}")[-2:] == counts


def _cells_after(node, address):
    """The texts of the row that leads to an address."""
    if isinstance(node, dict):
        if node.get("type") == "Tr" and address in json.dumps(node):
            return tuple(_texts(node))
        node = list(node.values())
    found = [_cells_after(each, address) for each in node] if isinstance(node, list) else []
    return next((each for each in found if each), ())


def _texts(node):
    props = node["props"]["children"] if isinstance(node, dict) else node
    if isinstance(props, list):
        return [text for each in props for text in _texts(each)]
    return _texts(props) if isinstance(props, dict) else [str(props)]


def test_reasons_and_record_of_the_city_are_for_readers_of_the_city(opened, catalogue):
    whole = report_of(CITY, opened, catalogue, Asked(P))
    assert {row["scope_code"] for row in whole.reasons} == {"R006", "330700", UNIT, "330702210003"}
    assert [row["rule"] for row in whole.rules] == ["R006"]
    county = report_of(READERS["county"], opened, catalogue, Asked(P))
    assert {row["scope_code"] for row in county.reasons} == {UNIT, "330702210003"}
    own = report_of(READERS["unit"], opened, catalogue, Asked(P))
    assert {row["scope_code"] for row in own.reasons} == {UNIT}
    assert not county.rules
    assert not own.rules


def test_a_report_on_a_county_has_no_record_of_the_city(opened, catalogue):
    record = catalogue.say("findings.part_record")
    whole = report_page(catalogue, report_of(CITY, opened, catalogue, Asked(P)))
    report = report_of(CITY, opened, catalogue, Asked(P, county=COUNTY))
    assert record in whole
    assert record not in report_page(catalogue, report)
    assert not report.rules


@pytest.mark.parametrize(("reader", "field", "told"), [
    (CITY, "assess_poor", None), (CITY, "venue_area", "王某一人"),
    (REVIEWER, "assess_poor", "王某一人"),
])  # fmt: skip
def test_what_a_unit_says_of_a_few_persons_is_left_out(
    folder, catalogue, tmp_path, reader, field, told
):
    path = tmp_path / "sample.duckdb"
    shutil.copy(folder / "sample.duckdb", path)
    with duckdb.connect(str(path)) as con:
        con.execute("update marts.finding set field = ? where rule = 'R006'", [field])
    opened = open_snapshot(path)
    found = report_of(reader, opened, catalogue, Asked(P)).findings
    opened.connection.close()
    assert {row["reason_text"] for row in found if row["rule"] == "R006"} == {told}
