"""The catalogue proves itself: every example of a rule or an indicator comes out as it says."""

import pytest

from models.check import statement
from models.expression import hidden_blanks, parse
from models.loader import load_catalogue
from pipelines.validate.plan import pending_parts
from tests.catalogue.example_tables import sql_passes
from tests.oracle import evaluate

CATALOGUE = load_catalogue()
ALWAYS_COUNTED = {"ORG03"}
"""Its denominator begins with the secretary, so it is never 0."""
COUNTIES = [CATALOGUE.structure.city.code, *CATALOGUE.counties]


def rule_cases():
    for rule in CATALOGUE.rules.values():
        for number, example in enumerate(rule.examples):
            yield pytest.param(rule, example, id=f"{rule.id}-{number}")


def indicator_cases():
    for indicator in CATALOGUE.indicators.values():
        for number, example in enumerate(indicator.examples):
            yield pytest.param(indicator, example, id=f"{indicator.id}-{number}")


def decisive(indicator):
    """The names whose blank leaves a unit out, though the formula would give a number."""
    names = frozenset().union(*(hidden_blanks(parse(side)) for side in sides(indicator)))
    return {name for name in names if not name.startswith("sys.")}


def sides(indicator):
    return indicator.numerator, indicator.denominator


def holds(part, given):
    """Whether a part holds: one that is not evaluated does."""
    bound = {
        "DIRECTORY_COUNTIES()": COUNTIES,
        **{f"par.{name}": value for name, value in CATALOGUE.parameters["signs"].items()},
    }
    if "field" in given:
        bound["ENUM(field)"] = list(CATALOGUE.codes[CATALOGUE.fields[given["field"]].enum])
    text = parse(statement(part)).bind(bound).text
    patterns = CATALOGUE.vocabulary.patterns
    applies = part.when is None or evaluate(part.when, given, patterns) is True
    if not applies:
        return True
    judged = [("sub", row) for row in given.get("sub", ())] or [(None, None)]
    return all(evaluate(text, given, patterns, row) is not False for row in judged)


@pytest.mark.parametrize(("rule", "example"), list(rule_cases()))
def test_a_rule_passes_and_fails_as_its_examples_say(rule, example):
    assert all(holds(part, example.given) for part in rule.parts) is example.passes


@pytest.mark.parametrize(
    ("rule", "example"), [case for case in rule_cases() if case.values[0].each is None]
)
def test_the_sql_that_judges_files_says_what_the_example_says(rule, example):
    assert sql_passes(CATALOGUE, rule, example.given) is example.passes


def test_every_rule_is_judged_at_some_moment_and_has_an_example_of_each_kind():
    assert pending_parts(CATALOGUE) == []
    lacking = [
        rule.id
        for rule in CATALOGUE.rules.values()
        if {example.passes for example in rule.examples} != {True, False}
    ]
    assert lacking == []


def test_every_part_about_past_peers_or_haste_fails_in_an_example():
    failed = {
        f"{rule.id}.{number}"
        for rule in CATALOGUE.rules.values()
        for example in rule.examples
        for number, part in enumerate(rule.parts, start=1)
        if not example.passes and not holds(part, example.given)
    }
    periods = {"cross_period", "cross_level", "unique", "perfunctory"}
    wanted = {
        f"{rule.id}.{number}"
        for rule in CATALOGUE.rules.values()
        if rule.kind in periods
        for number in range(1, len(rule.parts) + 1)
    }
    assert wanted - failed == set()


@pytest.mark.parametrize(("indicator", "example"), list(indicator_cases()))
def test_an_indicator_gives_what_its_examples_say(indicator, example):
    top, bottom = (evaluate(side, example.given) for side in sides(indicator))
    blank = any(example.given.get(name) is None for name in decisive(indicator))
    if example.value is None:
        assert blank or top is None or not bottom
    else:
        assert not blank
        assert indicator.scale * top / bottom == pytest.approx(example.value, abs=0.005)


@pytest.mark.parametrize("indicator", CATALOGUE.indicators.values(), ids=lambda each: each.id)
def test_an_indicator_has_two_examples_and_one_without_a_denominator(indicator):
    bottoms = [evaluate(indicator.denominator, example.given) for example in indicator.examples]
    can_be_zero = parse(indicator.denominator).names() and indicator.id not in ALWAYS_COUNTED
    assert len(bottoms) >= 2
    assert not can_be_zero or not all(bottoms)
