"""Sentences: the catalogue's examples, the edges of their wording, and what drops them."""

import pytest

from dashboards.briefings.changes import direction
from dashboards.briefings.found import Absent, Fact
from dashboards.briefings.printing import printed, rounded
from dashboards.briefings.sentences import Dropped, Written, render
from models.citation import Citation
from models.loader import load_catalogue
from models.spec.briefing import Number, Sentence

BRIEFING = load_catalogue().briefing
SENTENCES = [
    *BRIEFING.sentences,
    *(one.message for one in BRIEFING.figures if one.message is not None),
]
EXAMPLES = [(one, case) for one in SENTENCES for case in one.examples]
RATE = Number(indicator="COO01", against="previous", format="points")


def example(sentence, given):
    """What a sentence says of made-up numbers."""
    written = render(
        sentence, {name: _made_up(sentence, name, each) for name, each in given.items()}
    )
    return written.text if isinstance(written, Written) else None


def _made_up(sentence, name, value):
    if value is None:
        return Absent("missing")
    if isinstance(value, str):
        return value
    number = sentence.numbers[name]
    cited = Citation("2026Q3", number.source, number.name, "city", "330700", number.part)
    shown = abs(value) if number.against else value
    moved = direction(value, number, BRIEFING.limits) if number.against else None
    return Fact(cited, value, printed(shown, number.format), moved)


@pytest.mark.parametrize(("sentence", "case"), EXAMPLES, ids=lambda each: getattr(each, "id", ""))
def test_a_sentence_says_what_its_example_promises(sentence, case):
    assert example(sentence, case.given) == case.text


def test_every_sentence_has_an_example_of_being_dropped_or_can_always_be_written():
    for sentence in SENTENCES:
        assert any(case.text is None for case in sentence.examples) or not sentence.numbers


def test_the_ids_of_sentences_are_unique():
    assert len({one.id for one in SENTENCES}) == len(SENTENCES)


@pytest.mark.parametrize(
    ("moved", "base", "then", "expected"),
    [(1, 30, 30, 1), (-1, 30, 30, -1), (0.9, 30, 30, 0), (5, 29, 30, 0), (5, 30, 29, 0)],
)
def test_a_rate_moves_by_a_point_on_thirty_cases_or_not_at_all(moved, base, then, expected):
    assert direction(moved, RATE, BRIEFING.limits, base, then) == expected


def test_a_count_moves_by_one():
    members = Number(field="member_close", against="previous")
    assert direction(1, members, BRIEFING.limits) == 1
    assert direction(0, members, BRIEFING.limits) == 0


@pytest.mark.parametrize(
    ("value", "form", "text"),
    [
        (72.25, "percent", "72.3"),
        (1.005, "money", "1.01"),
        (16983.0, "whole", "16983"),
        (-0.04, "points", "0.0"),
        (2.5, "whole", "3"),
        (90.0, "plain", "90"),
    ],
)
def test_numbers_are_rounded_half_up_and_have_no_thousands_separator(value, form, text):
    assert printed(value, form) == text


def test_nothing_is_printed_as_minus_nothing():
    assert str(rounded(-0.001, 1)) == "0.0"


def sentence(**parts):
    return Sentence.model_validate(
        {"id": "TST01", "section": "overall", "examples": ({"given": {}, "text": None},), **parts}
    )


def fact(number, shown):
    return Fact(Citation("2026Q3", "count", "matters", "city", "330700", "value"), number, shown)


def test_the_first_wording_that_fits_is_taken():
    made = sentence(
        clauses=(({"when": {"n": "= 0"}, "text": "没有。"}, {"text": "有{n}项。"}),),
        numbers={"n": {"count": "matters"}},
    )
    assert render(made, {"n": fact(0, "0")}).text == "没有。"
    assert render(made, {"n": fact(3, "3")}).text == "有3项。"


@pytest.mark.parametrize("reason", ["coverage", "denominator", "hidden", "missing"])
def test_a_sentence_without_its_number_is_dropped_with_the_reason(reason):
    made = sentence(clauses=(({"text": "有{n}项。"},),), numbers={"n": {"count": "matters"}})
    assert render(made, {"n": Absent(reason)}) == Dropped("TST01", "n", reason)


def test_a_condition_on_a_number_that_is_not_there_does_not_hold():
    made = sentence(clauses=(({"when": {"n": "= 0"}, "text": "没有。"}, {"text": "未知。"}),))
    assert render(made, {"n": Absent("missing")}).text == "未知。"
