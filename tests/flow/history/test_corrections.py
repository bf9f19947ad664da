"""A correction after publication: what it changes is listed, and the old publication stays."""

import hashlib
import json
import shutil
from collections import Counter

import duckdb
import openpyxl
import polars as pl
import pytest

from dashboards.answers import Question
from dashboards.charts import charts, prepare
from dashboards.reader import CITY
from dashboards.snapshots import open_snapshot
from dashboards.view import View
from models.citation import Citation, code_of
from pipelines.build import models_in_order
from pipelines.build.compiled import computed_indicators
from pipelines.corrections.publications import changes, publications, told_before
from pipelines.explaining import explain
from pipelines.publish.briefing import briefing_folder
from pipelines.publish.changes import changed_numbers
from pipelines.publish.compared import MARTS
from pipelines.registry import reading
from pipelines.settings import Home
from tests.flow.conftest import PERIODS
from tests.flow.history.city import COUNTY, FIELD, MORE, Q1, names, snapshot_of
from tests.flow.independent import Independent
from tests.flow.independent_reporting import reporting

pytestmark = pytest.mark.xdist_group("history")
PICTURED = (Q1, "picture")


def numbers(rows, measure, view="as_reported"):
    return {
        (each["period"], each["name"], each["scope_level"], each["scope_code"], each["part"]):
            (each["old"], each["new"])
        for each in rows
        if each["measure"] == measure and each["view"] == view
    }  # fmt: skip


def test_a_correction_changes_exactly_the_numbers_that_an_independent_computation_changes(
    corrected, city, catalogue
):
    home, each = corrected
    rows = changed_numbers(snapshot_of(home, 0), snapshot_of(home)).to_dicts()
    reported = {i.id for i in catalogue.indicators.values() if i.base == "reported"}
    found = {key: value for key, value in numbers(rows, "indicator").items() if key[1] in reported}
    assert found == expected_changes(home, city, catalogue, each)
    assert {key[1] for key in found} == {"COO09"}
    unit, scopes = each.unit, scopes_of(each.unit)
    totals = {key: new - old for key, (old, new) in numbers(rows, "field").items()}
    assert totals == {(Q1, FIELD, level, code, "value"): MORE for level, code in scopes}
    assert {name for _, name, *_ in numbers(rows, "composite")} <= {
        owner.id for owner in catalogue.composites.values()
        if any("COO09" in part.indicators for part in owner.dimensions)
    }  # fmt: skip
    assert ("unit", unit.unit_code) not in scopes


def scopes_of(unit):
    return {
        ("county", unit.county_code), ("county_level", f"{unit.county_code}/{unit.level}"),
        ("level", unit.level), ("kind", unit.unit_kind), ("system", unit.leading_system),
        ("city", "330700"),
    }  # fmt: skip


def expected_changes(home, city, catalogue, each):
    """What changes when the unit's value is another, by plain loops over all units."""
    with duckdb.connect(str(snapshot_of(home)), read_only=True) as con:
        used = set(
            con.execute("SELECT unit_code, period FROM core.submission WHERE is_used").fetchall()
        )
    returns = city.returns(used)
    here = (each.issue.unit_code, each.issue.period)
    values, rows = returns[here]
    after = {**returns, here: ({**values, FIELD: values[FIELD] + MORE}, rows)}
    directory = city.sample.directory
    with reading(home) as registry:
        facts = reporting(registry, catalogue, directory, PERIODS)
    return differences(
        catalogue, [Independent(catalogue, directory, each, facts) for each in (returns, after)]
    )


def differences(catalogue, both):
    found = {}
    for period in PERIODS:
        for (level, code), units in both[0].scopes(period).items():
            for indicator in computed_indicators(catalogue):
                if indicator.base != "reported":
                    continue
                sides = [told(indicator, each.value(indicator, units, period)) for each in both]
                for part in sides[0]:
                    if sides[0][part] != sides[1][part]:
                        key = (str(period), indicator.id, level, code, part)
                        found[key] = (
                            pytest.approx(sides[0][part], abs=1e-5),
                            pytest.approx(sides[1][part], abs=1e-5),
                        )
    return found


def told(indicator, sides):
    top, bottom, expected, used = sides
    value = indicator.scale * top / bottom if used and bottom else None
    return {
        "value": None if value is None else float(value),
        "numerator": None if not used else float(top),
        "denominator": None if not used else float(bottom),
        "units_expected": expected,
        "units_used": used,
    }


def test_the_old_publication_is_the_same_byte_for_byte_and_opens(published, corrected, catalogue):
    home, each = corrected
    first, second = snapshot_of(home, 0), snapshot_of(home)
    kept = hashlib.sha256(first.read_bytes()).hexdigest()
    assert kept == json.loads(first.with_suffix(".json").read_text())["sha256"]
    assert kept == hashlib.sha256(snapshot_of(published).read_bytes()).hexdigest()
    unit = each.issue.unit_code
    then, now = (explain(path, catalogue, FIELD, unit, Q1) for path in (first, second))
    assert now["value"] == then["value"] + MORE
    assert (then["parts"][0]["version"], now["parts"][0]["version"]) == (1, 2)


def test_the_new_publication_says_what_it_restates(corrected):
    home, _ = corrected
    manifest = json.loads(snapshot_of(home).with_suffix(".json").read_text())
    assert manifest["restates"] == names(home)[0]
    with duckdb.connect(str(snapshot_of(home)), read_only=True) as con:
        rows = con.sql("SELECT * FROM core.restatement").pl()
    listed = changed_numbers(snapshot_of(home, 0), snapshot_of(home))
    assert rows.height == manifest["numbers_restated"] == listed.height > 0
    assert sorted(rows.rows(), key=str) == sorted(listed.rows(), key=str)


def cited(home, value, sentence):
    """A briefing of one sentence, as briefings leave it beside their snapshot."""
    citation = Citation(Q1, "indicator", "COO09", "county", COUNTY, "value")
    return {"code": code_of(citation), "sentence": sentence, "value": value, **vars(citation)}


def briefed(home, number, entry):
    folder = briefing_folder(snapshot_of(home, number), Q1)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "numbers.json").write_text(json.dumps([entry]), encoding="utf-8")


def drawn_otherwise(home, catalogue):
    """Every chart of the corrected quarter drawn from both publications, and compared."""
    first, second = (
        Question(CITY, open_snapshot(snapshot_of(home, number)), View(Q1), catalogue)
        for number in (0, -1)
    )
    sides = [
        {chart: (one.figure, one.headline) for chart in charts(catalogue)
         for one in [prepare(chart, question)]}
        for question in (first, second)
    ]  # fmt: skip
    return {chart for chart in sides[0] if repr(sides[0][chart]) != repr(sides[1][chart])}


GOES_ROUND = {"marts.rule_record": "NOT is_sign", "marts.reason_use": "reason_text IS NULL"}
"""Signs of formality and what units wrote are for reviewers: no list that goes round has them."""


def unlike(home, model):
    """Column -> how many numbers of a mart differ, row by row of its grain."""
    rows = []
    for number in (0, -1):
        with duckdb.connect(str(snapshot_of(home, number)), read_only=True) as con:
            rows.append(con.sql(f"FROM {model.table} WHERE {GOES_ROUND.get(model.table, 1)}").pl())
    parts = [name for name, kind in rows[0].schema.items()
             if (kind.is_numeric() or kind == pl.Boolean) and name not in model.grain]  # fmt: skip
    before, after = (each.select(*model.grain, *parts) for each in rows)
    both = before.join(after, on=model.grain, how="full", nulls_equal=True, suffix="__now")
    return {name: both.filter(~pl.col(name).eq_missing(pl.col(f"{name}__now"))).height
            for name in parts}  # fmt: skip


def test_every_number_of_every_mart_that_differs_is_listed_and_no_other(corrected, catalogue):
    home, _ = corrected
    listed = changed_numbers(snapshot_of(home, 0), snapshot_of(home))
    counted = Counter(listed.select("measure", "part").iter_rows())
    expected = Counter()
    models = {model.table: model for model in models_in_order(catalogue)}
    for mart in MARTS:
        found = unlike(home, models[mart.table]) if mart.table in models else {}
        for part in mart.parts:
            expected[mart.measure, mart.shown_as.get(part, part)] += found.get(part, 0)
    expected["reported", "value"] = 1
    assert counted == {key: count for key, count in expected.items() if count}
    assert {"rule", "score", "weighting", "composite"} <= {measure for measure, _ in counted}


def test_charts_and_sentences_of_changed_numbers_are_listed(
    corrected, catalogue, sanji, monkeypatch, tmp_path
):
    home = Home(shutil.copytree(corrected[0].root, tmp_path / "home2"))
    monkeypatch.setenv("SANJI_HOME", str(home.root))
    for number, text in ((0, "旧句"), (-1, "新句")):
        briefed(home, number, cited(home, text, text))
    with reading(home) as registry:
        told = told_before(publications(home, registry), names(home)[-1])
    assert list(told) == names(home)[:1]
    found = changes(home, catalogue, *names(home))
    assert [(each["old"], each["new"]) for each in found["sentences"]] == [("旧句", "新句")]
    assert drawn_otherwise(home, catalogue) == {
        each["chart"] for each in found["charts"] if (each["period"], each["where"]) == PICTURED
    }
    book = tmp_path / "list.xlsx"
    assert sanji("changes", "--out", book)[0] == 0
    sheets = openpyxl.load_workbook(book).worksheets
    assert sheets[0].max_row == len(found["numbers"]) + 1
    code = found["sentences"][0]["code"]
    status, said, _ = sanji("explain", code.lower())
    assert status == 0
    assert "新句" in said
    assert names(home)[0] in said
    status, said, _ = sanji("explain", code, "--snapshot", names(home)[0])
    assert "旧句" in said
    status, _, wrong = sanji("explain", "ZZZZZZZ")
    assert (status, wrong.count("\n")) == (2, 1)
