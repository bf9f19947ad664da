"""The catalogue proves itself: every example of a rule or an indicator comes out as it says."""

import pytest

from models.check import statement
from models.expression import parse
from models.loader import load_catalogue
from pipelines.validate.plan import judged_parts
from tests.oracle import evaluate

CATALOGUE = load_catalogue()
COUNTIES = [CATALOGUE.structure.city.code, *CATALOGUE.counties]


def rule_cases():
    for rule in CATALOGUE.rules.values():
        for number, example in enumerate(rule.examples):
            yield pytest.param(rule, example, id=f"{rule.id}-{number}")


def indicator_cases():
    for indicator in CATALOGUE.indicators.values():
        for number, example in enumerate(indicator.examples):
            yield pytest.param(indicator, example, id=f"{indicator.id}-{number}")


def holds(part, given):
    """Whether a part holds: one that is not evaluated does."""
    bound = {"DIRECTORY_COUNTIES()": COUNTIES}
    if "field" in given:
        bound["ENUM(field)"] = list(CATALOGUE.codes[CATALOGUE.fields[given["field"]].enum])
    text = parse(statement(part)).bind(bound).text
    patterns = CATALOGUE.vocabulary.patterns
    applies = part.when is None or evaluate(part.when, given, patterns) is True
    return not applies or evaluate(text, given, patterns) is not False


@pytest.mark.parametrize(("rule", "example"), list(rule_cases()))
def test_a_rule_passes_and_fails_as_its_examples_say(rule, example):
    assert all(holds(part, example.given) for part in rule.parts) is example.passes


def test_every_rule_that_runs_has_an_example_of_each_kind():
    running = {item.rule.id for item in judged_parts(CATALOGUE)}
    lacking = [
        rule
        for rule in sorted(running)
        if {example.passes for example in CATALOGUE.rules[rule].examples} != {True, False}
    ]
    assert lacking == []


@pytest.mark.parametrize(("indicator", "example"), list(indicator_cases()))
def test_an_indicator_gives_what_its_examples_say(indicator, example):
    top = evaluate(indicator.numerator, example.given)
    bottom = evaluate(indicator.denominator, example.given)
    if example.value is None:
        assert top is None or not bottom
    else:
        assert indicator.scale * top / bottom == pytest.approx(example.value, abs=0.005)
