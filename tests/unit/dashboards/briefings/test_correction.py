"""更正说明: which numbers it tells, and what it never tells."""

from dataclasses import replace
from datetime import date

import pytest

from dashboards.briefings.correction import Printed, Restated, Sent, changes_of, correction_of
from dashboards.briefings.found import Fact

SENT = Sent("样例单位甲", "2026Q3", "甲", "乙", "数字有误，请联系13812345678")


def printed(paper):
    return [Printed(one.fact.code, one.where, one.fact.printed) for one in paper.located()]


def restated(numbers, sent=(SENT,)):
    return Restated("final-1", date(2026, 10, 26), tuple(sent), tuple(numbers))


def texts(paper):
    return [cell.printed if isinstance(cell, Fact) else cell
            for part in paper.parts for grid in part.grids for row in grid.rows
            for cell in row]  # fmt: skip


def test_nothing_is_told_where_every_number_is_printed_as_before(paper, facts):
    assert changes_of([paper], printed(paper)) == []
    assert correction_of(facts, [paper], restated(printed(paper))) is None


def test_a_number_that_was_other_is_told_with_every_place_it_stands_in(paper):
    before = printed(paper)
    code = before[0].code
    old = [replace(each, value="1") if each.code == code else each for each in before]
    [change] = changes_of([paper], old)
    assert change.old == "1"
    assert change.new.fact.code == code
    assert change.where == tuple(dict.fromkeys(o.where for o in before if o.code == code))


def test_a_number_that_is_no_longer_printed_and_one_that_was_not_are_told(paper):
    gone = Printed("0000000", "表9 某县 应报", "7")
    first, *others = printed(paper)
    kept = [each for each in others if each.code != first.code]
    new, old = changes_of([paper], [*kept, gone])
    assert (new.old, new.new.fact.code) == (None, first.code)
    assert (old.old, old.new) == ("7", None)


def test_telephones_in_a_reason_are_hidden_and_two_persons_are_named(paper, facts):
    made = correction_of(facts, [paper], restated(printed(paper)[9:]))
    assert not any("13812345678" in text for text in texts(made))
    assert {"样例单位甲", "2026年第三季度", "甲", "乙"} <= set(texts(made))


def test_a_change_without_a_new_return_says_so(paper, facts, catalogue):
    made = correction_of(facts, [paper], restated(printed(paper)[9:], ()))
    said = "".join(sentence.text for part in made.parts for sentence in part.sentences)
    assert said == catalogue.briefing.words["correction_no_return"]


@pytest.mark.parametrize("which", ["title", "opening"])
def test_the_correction_says_which_paper_it_corrects(paper, facts, which):
    made = correction_of(facts, [paper], restated(printed(paper)[9:]))
    assert "2026年第三季度" in getattr(made, which)
