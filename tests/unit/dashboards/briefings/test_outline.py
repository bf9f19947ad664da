"""What stands in a paper, what is left out of it, and who may read what."""

import shutil
from dataclasses import replace
from io import BytesIO
from itertools import zip_longest
from zipfile import ZipFile

import duckdb
import pytest

from dashboards.briefings.counted import explain_count
from dashboards.briefings.document import word_file
from dashboards.briefings.facts import Facts
from dashboards.briefings.figure_texts import source_text
from dashboards.briefings.found import Absent, Fact
from dashboards.briefings.outline import compose
from dashboards.briefings.writing import NoSuchScopeError, papers_of
from dashboards.charts import charts
from dashboards.reader import Reader
from dashboards.scopes import Scope
from dashboards.snapshots import open_snapshot
from models.citation import code_of
from models.spec.briefing import Number

UNIT = "330702210001"


def test_the_headings_are_numbered_as_the_outline_says(paper):
    tops = [part.heading for part in paper.parts if part.section.level == 1]
    assert [heading[0] for heading in tops] == list("一二三四五六七")
    assert "（一）三级联动" in [part.heading for part in paper.parts]


def test_every_code_is_that_of_its_citation(paper):
    cited = list(paper.cited())
    assert len(cited) > 200
    assert all(fact.code == code_of(fact.citation) for _, fact in cited)


def test_one_code_always_prints_one_number(paper):
    shown = {}
    for _, fact in paper.cited():
        assert shown.setdefault(fact.code, fact.number) == fact.number


def test_the_estimate_of_the_sample_stands_in_the_paper_and_its_codes_lead_to_it(paper, facts):
    (said,) = [each for part in paper.parts for each in part.sentences if each.id == "SUB07"]
    assert said.text == "随机抽查核实填报数40个，估计不符的占5.0%（区间0.6%至16.9%）。"
    cited = [fact.citation for fact in said.facts]
    told = [explain_count(facts, one.name, one.scope_level, one.scope_code) for one in cited]
    assert [one["value"] for one in told] == pytest.approx([40, 5, 0.61, 16.92])
    assert all(one["zh"] and one["how"] for one in told)


def test_without_a_sample_nothing_is_said_of_one(facts_of):
    assert facts_of("2026Q2").snapshot.holds("marts.sampling_estimate")
    facts = facts_of("2026Q2")
    made = compose(facts, "city", facts.city)
    assert "SUB07" not in {each.id for part in made.parts for each in part.sentences}


def test_what_cannot_be_said_is_logged_with_its_reason(paper, catalogue):
    dropped = {one.id: one for one in paper.dropped}
    written = {sentence.id for part in paper.parts for sentence in part.sentences}
    assert dropped
    assert not set(dropped) & written
    # The synthetic snapshot holds no members: nothing may be said of them.
    assert dropped["ALL01"].reason == "missing"
    known = {one.id for one in catalogue.briefing.sentences if "city" in one.papers}
    assert known - {"PRB01"} - set(dropped) - written == set()


def test_low_coverage_drops_a_number(facts, snapshot, catalogue):
    scopes = [Scope("county", code, name, code) for code, name in catalogue.counties.items()]
    number = Number(indicator="COO01", format="percent")
    for scope in scopes:
        rows = facts.duty(scope)
        share = rows["is_used"].sum() / rows.height
        found = facts.find(number, scope)
        assert isinstance(found, Fact) == (share >= 0.9), scope.code
        if share < 0.9:
            assert found == Absent("coverage")


def test_a_picture_names_the_places_of_which_too_few_have_reported(paper, facts, snapshot):
    drawn = [one for part in paper.parts for one in part.figures]
    by_place = [one for one in drawn if one.prepared.entry.id == "D1-2"]
    thin = {
        name
        for code, name in facts.catalogue.counties.items()
        if (duty := facts.duty(Scope("county", code, name, code))).height
        and duty["is_used"].sum() / duty.height < 0.9
    }
    assert thin
    for one in by_place:
        named = set(one.thin.removeprefix("；").partition("报送")[0].split("、"))
        assert thin == named & set(facts.catalogue.counties.values())
        assert one.thin not in source_text(one, facts.catalogue.briefing.words)
        picture = replace(one, native=None)
        assert one.thin in source_text(picture, facts.catalogue.briefing.words)
    assert by_place


def test_the_best_counties_are_named_in_the_order_of_the_directory_and_no_county_is_last(paper):
    texts = [s.text for part in paper.parts for s in part.sentences if s.id == "LNK04"]
    for text in texts:
        assert text.count("、") >= 2
    whole = "".join(s.text for part in paper.parts for s in part.sentences)
    for word in ("最低", "倒数", "末位", "排名", "落后"):
        assert word not in whole


def test_a_unit_reads_its_own_numbers_and_no_other_unit(snapshot, catalogue):
    [(facts, paper)] = papers_of(snapshot, catalogue, "2026Q3", "unit", UNIT)
    scopes = {(fact.citation.scope_level, fact.citation.scope_code) for _, fact in paper.cited()
              if fact.citation.part != "target"}  # fmt: skip
    assert {level for level, _ in scopes} == {"unit", "kind"}
    assert {code for level, code in scopes if level == "unit"} == {UNIT}
    assert facts.reader.units == {UNIT}


def test_no_file_of_a_unit_names_another_unit(snapshot, catalogue, facts):
    [(own, paper)] = papers_of(snapshot, catalogue, "2026Q3", "unit", UNIT)
    archive = ZipFile(BytesIO(word_file(paper, own, {})))
    text = "".join(archive.read(name).decode() for name in archive.namelist()
                   if name.endswith((".xml", ".rels")))  # fmt: skip
    everyone = facts.duty(facts.city).select("unit_code", "unit_name").rows()
    mine = dict(everyone)[UNIT]
    assert mine in text
    others = [each for code, name in everyone if code != UNIT for each in (code, name)]
    assert [each for each in others if each in text and each not in mine] == []


def test_the_list_of_overdue_elections_has_a_table_for_each_place(snapshot, catalogue):
    [(_, paper)] = papers_of(snapshot, catalogue, "2026Q3", "overdue")
    [annex] = paper.annexes
    titles = [grid.title for grid in annex.grids]
    assert set(titles) <= {"市直", *catalogue.counties.values()}
    assert len(titles) == len(set(titles))
    assert annex.grids or annex.lines == (catalogue.briefing.words["none_overdue"],)


@pytest.fixture(scope="module")
def everything(facts, catalogue):
    """A paper with every chart."""
    return compose(facts, "city", facts.city, tuple(charts(catalogue)))


def test_every_chart_can_be_chosen_and_has_a_native_form_or_none(everything, catalogue):
    numbers = [one.number for one in everything.figures]
    assert numbers == list(range(1, len(charts(catalogue)) + 1))
    native = {one.prepared.entry.id for one in everything.figures if one.native}
    assert {"D0-1", "D1-2", "D1-11", "D2-5"} <= native


def test_a_county_reads_itself_and_the_city(snapshot, catalogue):
    [(facts, paper)] = papers_of(snapshot, catalogue, "2026Q3", "county", "330702")
    scopes = {fact.citation.scope_code for _, fact in paper.cited()}
    assert scopes <= {"330702", "330700"} | set(facts.duty(paper.scope)["unit_code"])
    assert not facts.reader.may_see_county("330703")


def test_the_whole_city_reads_the_same_in_a_county_paper(snapshot, catalogue, facts):
    narrow = Facts(Reader("county", frozenset({"330702"})), snapshot, catalogue, "2026Q3")
    number = Number(indicator="COO08", format="percent")
    assert narrow.find(number, narrow.city) == facts.find(number, facts.city)


def test_all_counties_and_the_city_organs_have_a_paper(snapshot, catalogue):
    made = papers_of(snapshot, catalogue, "2026Q3", "county", "all")
    assert [paper.code for _, paper in made] == ["330700", *catalogue.counties]


def test_nobody_is_asked_for_in_vain(snapshot, catalogue):
    with pytest.raises(NoSuchScopeError):
        papers_of(snapshot, catalogue, "2026Q3", "unit", "000000000000")


def test_no_chart_of_a_paper_ranks_places_be_it_a_picture(everything, facts, catalogue):
    """Neither places nor the units of a place stand by their values, and no method says so."""
    county = Scope("county", "330702", "婺城区", "330702")
    inside = compose(facts, "county", county, ("D1-2", "D4-1"))
    order = ["330700", *catalogue.counties, ""]
    for one in (*everything.figures, *inside.figures):
        method = one.prepared.entry.method or ""
        assert not any(word in method for word in ("在上", "在前", "按本期", "点击")), method
        rows = one.prepared.answer.rows
        if "county" in rows.columns and (rows["county"] != "").any():
            keys = [(order.index(row["county"]), row["scope"]) for row in rows.to_dicts()]
            assert keys == sorted(keys), one.prepared.entry.id
    drawn = next(one for one in everything.figures if one.prepared.entry.id == "D4-1")
    names = drawn.prepared.figure["layout"]["yaxis"]["ticktext"]
    assert names[1:-1] == list(catalogue.counties.values())


def test_only_the_charts_that_were_chosen_are_drawn(facts):
    made = compose(facts, "city", facts.city, ("D1-4", "D1-2"))
    drawn = [one.prepared.entry.id for part in made.parts for one in part.figures]
    assert sorted(drawn) == ["D1-2", "D1-4"]
    assert [one.number for part in made.parts for one in part.figures] == [1, 2]


def test_small_sensitive_counts_are_hidden(facts):
    assert facts._opens_sensitive("account_due", 4)
    assert facts._opens_sensitive("account_due", 0)
    assert not facts._opens_sensitive("account_due", 5)
    assert not facts._opens_sensitive("member_close", 3)


def test_no_heading_stands_over_nothing(paper, snapshot, catalogue):
    """A county of which too little was reported is told so, under each heading."""
    papers = [
        paper,
        *(each for _, each in papers_of(snapshot, catalogue, "2026Q3", "county", "all")),
    ]
    words = catalogue.briefing.words
    said = []
    for each in papers:
        for part, following in zip_longest(each.parts, each.parts[1:]):
            holds = part.sentences or part.grids or part.figures or part.is_by_hand
            parent = following is not None and following.section.level > part.section.level
            assert holds or parent, (each.code, part.heading)
            said += [one.text for one in part.sentences if not one.facts]
    assert words["nothing_said"] in said


def test_a_unit_reads_how_many_of_its_indicators_are_short_and_which(snapshot, catalogue):
    [(facts, own)] = papers_of(snapshot, catalogue, "2026Q3", "unit", UNIT)
    sentence = next(one for part in own.parts for one in part.sentences if one.id == "OWN01")
    rows = {name: facts.row(name, own.scope) for name in catalogue.briefing.unit_indicators}
    short = [name for name, row in rows.items() if row["gap"] is not None and row["gap"] < -1e-9]
    met = [name for name, row in rows.items() if row["gap"] is not None and row["gap"] >= -1e-9]
    assert [fact.number for fact in sentence.facts] == [len(met), len(short)]
    if len(short) <= 8:
        assert all(catalogue.indicators[name].zh.split("(")[0] in sentence.text for name in short)


def test_returns_mended_after_the_last_paper_are_told(published, catalogue, tmp_path):
    path = shutil.copy(published / "sample.duckdb", tmp_path / "sample.duckdb")
    with duckdb.connect(str(path)) as con:
        con.execute("alter table core.period add column corrections bigint default 0")
        con.execute("update core.period set corrections = 2 where period = '2026Q2'")
    for period, told in (("2026Q3", True), ("2026Q2", False)):
        [(_, paper)] = papers_of(open_snapshot(path), catalogue, period)
        texts = [one.text for part in paper.parts for one in part.sentences if one.id == "SUB06"]
        assert ["2份报表经同意重报" in text for text in texts] == [True] * told
