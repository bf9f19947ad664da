"""Blanks that a formula would not show."""

import pytest

from models.expression import hidden_blanks, parse


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("done", set()),
        ("CASE WHEN line = 1 THEN 1 ELSE 0 END", {"line"}),
        ("CASE WHEN ytd(heard) > 0 THEN 1 ELSE 0 END", {"ytd(heard)"}),
        ("CASE WHEN heard IS NULL OR heard > 0 THEN 1 ELSE 0 END", set()),
        ("CASE WHEN studied + COALESCE(prev.studied, 0) > 0 THEN 1 ELSE 0 END", {"studied"}),
        ("CASE WHEN kind IN (3, 4) THEN 0 ELSE branches END", {"kind"}),
        ("CASE WHEN COUNT(l2.id) FILTER (WHERE l2.kind = 4) > 0 THEN 1 ELSE 0 END", set()),
    ],
)
def test_only_conditions_hide_a_blank_that_nothing_deals_with(text: str, names: set[str]) -> None:
    assert hidden_blanks(parse(text)) == names
