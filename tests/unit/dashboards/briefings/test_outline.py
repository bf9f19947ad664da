"""What stands in a paper, what is left out of it, and who may read what."""

from io import BytesIO
from zipfile import ZipFile

import pytest

from dashboards.briefings.document import word_file
from dashboards.briefings.facts import Facts
from dashboards.briefings.found import Absent, Fact
from dashboards.briefings.outline import compose
from dashboards.briefings.writing import NoSuchScopeError, papers_of
from dashboards.charts import charts
from dashboards.reader import Reader
from dashboards.scopes import Scope
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


def test_every_chart_can_be_chosen_and_has_a_native_form_or_none(facts, catalogue):
    made = compose(facts, "city", facts.city, tuple(charts(catalogue)))
    assert [one.number for one in made.figures] == list(range(1, len(charts(catalogue)) + 1))
    native = {one.prepared.entry.id for one in made.figures if one.native}
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
