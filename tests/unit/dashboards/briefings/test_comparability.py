"""A measure that is defined otherwise than a quarter ago: no sentence, bar or cell compares it."""

import shutil

import duckdb
import pytest

from dashboards.briefings.counts import count_of
from dashboards.briefings.facts import Facts
from dashboards.briefings.outline import compose
from dashboards.briefings.writing import papers_of
from dashboards.reader import CITY
from dashboards.snapshots import open_snapshot

NAMES = ("COO01", "COO05")
BEFORE = "2026Q2"


@pytest.fixture(scope="module")
def changed(published, tmp_path_factory):
    """The same snapshot, with two indicators defined otherwise until the quarter before."""
    path = tmp_path_factory.mktemp("redefined") / "sample.duckdb"
    shutil.copy(published / "sample.duckdb", path)
    with duckdb.connect(str(path)) as con:
        con.execute(
            "update core.definition set mark = 'another' where period <= ? and indicator in (?, ?)",
            [BEFORE, *NAMES],
        )
    return open_snapshot(path)


@pytest.fixture(scope="module")
def paper_now(changed, catalogue):
    facts = Facts(CITY, changed, catalogue, "2026Q3")
    return compose(facts, "city", facts.city)


def compared(paper):
    """The measures of which a paper prints a change, or a number of an earlier quarter."""
    cited = [fact.citation for _, fact in paper.cited()]
    cited += [fact.citation for _, written in paper.messages for fact in written.facts]
    return {one.name for one in cited if one.part == "change" or one.period != paper.period}


def told(paper, sentence):
    return next(one.text for part in paper.parts for one in part.sentences if one.id == sentence)


def test_no_number_is_compared_across_a_changed_definition(paper, paper_now):
    assert set(NAMES) <= compared(paper)
    assert compared(paper_now) & set(NAMES) == set()
    assert compared(paper_now) == compared(paper) - set(NAMES)


def test_the_sentence_says_that_the_definition_was_changed(paper, paper_now):
    assert "口径" not in told(paper, "SEC01")
    text = told(paper_now, "SEC01")
    assert text.endswith("，口径自本季度起调整，不与上季度比较。")
    assert not any(word in text for word in ("提高", "下降", "持平"))


def test_a_row_of_quarters_below_the_target_begins_anew(changed, facts, catalogue):
    now = Facts(CITY, changed, catalogue, "2026Q3")
    known = {
        name: count_of(facts, f"quarters_below:{name}", facts.city, "2026Q3") for name in NAMES
    }
    assert max(known.values()) > 1
    for name, count in known.items():
        assert count_of(now, f"quarters_below:{name}", now.city, "2026Q3") == min(count, 1)


def test_the_table_of_a_county_leaves_the_earlier_number_out(snapshot, changed, catalogue):
    cells = []
    for each in (snapshot, changed):
        [(_, paper)] = papers_of(each, catalogue, "2026Q3", "county", "330702")
        rows = next(grid.rows for part in paper.parts for grid in part.grids if grid.id == "own")
        cells.append(next(row[2] for row in rows if row[1].citation.name == "COO01"))
    assert cells[0].citation.period == BEFORE
    assert cells[1] == catalogue.briefing.words["cell_redefined"]
