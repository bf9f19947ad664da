"""Every message says where to look, what was seen, what is expected, and what to do."""

from string import Formatter

import pytest

from models.loader import load_catalogue

CATALOGUE = load_catalogue()
LOOKS_ELSEWHERE = frozenset({"R412", "R502", "R504", "R607"})
"""What they compare is no figure that people typed: they name the rows, the unit or the measure."""
KNOWN = frozenset({
    "code", "label", "value", "expected", "gap", "unit", "min", "max", "allowed", "row_list",
    "org_list", "unit_diff", "missing_units", "missing_matters", "unit_list", "peer_name",
})  # fmt: skip


def parts():
    for rule in CATALOGUE.rules.values():
        for number, part in enumerate(rule.parts, start=1):
            yield pytest.param(rule, part, id=f"{rule.id}.{number}")


def placeholders(text):
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize(("rule", "part"), list(parts()))
def test_a_message_says_what_to_do_and_fills_every_placeholder(rule, part):
    text = part.message or rule.message
    assert "请" in text
    assert placeholders(text) <= KNOWN | rule.fills_of(part).keys()


@pytest.mark.parametrize(("rule", "part"), list(parts()))
def test_a_comparison_tells_both_of_its_sides_and_of_one_cell_only_its_own_value(rule, part):
    """Either the text does, or the part compares the cell that it points at and nothing else."""
    if part.op is None or rule.id in LOOKS_ELSEWHERE:
        return
    fills = rule.fills_of(part)
    if {"value", "expected"} <= placeholders(part.message or rule.message):
        return
    seen = fills.get("value", part.left)
    assert seen in {each for name in part.targets for each in (name, f"COALESCE({name}, 0)")}
    assert ("value" in fills) == ("expected" in fills)
