"""提高 changed into 下降 by hand: told where the paper says otherwise, and nowhere else."""

import docx
import pytest
from docx.oxml.ns import qn

UP, DOWN, LEVEL = "提高", "下降", "基本持平"


def reworded(file, old, new):
    """The file with one word changed by hand, and how often it stood there."""
    document = docx.Document(str(file))
    found = [each for each in document.element.body.iter(qn("w:t")) if old in (each.text or "")]
    found[0].text = found[0].text.replace(old, new, 1)
    document.save(str(file))


@pytest.mark.parametrize(("old", "new"), [(UP, DOWN), (DOWN, "上升"), (LEVEL, "有所增加")])
def test_a_number_said_to_go_the_other_way_is_told(file, told, old, new):
    reworded(file, old, new)
    (one,) = told(file)
    assert one.state == "turned"
    assert one.code
    assert new.endswith(one.seen)
    assert old.endswith(one.expected)


def test_another_word_for_the_same_way_is_no_difference(file, told):
    reworded(file, DOWN, "回落")
    reworded(file, UP, "上升")
    assert told(file) == []


def test_every_word_for_up_and_down_that_sentences_use_is_known(catalogue):
    known = catalogue.briefing.spelling.directions
    clauses = [one for each in catalogue.briefing.sentences for one in each.clauses]
    variants = [one for clause in clauses for one in clause]
    signs = {"> 0": 1, "< 0": -1, "= 0": 0}
    seen = 0
    for one in variants:
        for name, test in one.when.items():
            if name in {"delta", "change"}:
                assert any(word in one.text for word in known[signs[test]]), one.text
                seen += 1
    assert seen > 10
