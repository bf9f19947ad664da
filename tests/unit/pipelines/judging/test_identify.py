"""A workbook without a token: whose it says it is decides whether a person looks at it."""

import json

import pytest
from sqlalchemy import create_engine

from pipelines.judging.identify import Identifier


@pytest.fixture
def identifier(catalogue):
    with create_engine("sqlite://").connect() as registry:
        yield Identifier(registry, catalogue, b"key", {})


def file(**claimed):
    return {"state": "read", "lost": [], "claimed": json.dumps(claimed)}


def test_one_that_says_unit_and_quarter_is_held_with_them(identifier):
    found = identifier.identify(file(unit_code="330700100010", report_period="2026Q2"), {})
    assert (found.outcome, found.reason) == ("held", "no_identity_claimed")
    assert found.fills == {"unit": "330700100010", "period": "2026Q2"}


@pytest.mark.parametrize("claimed", [{}, {"unit_code": "330700100010"}])
def test_one_that_says_less_is_refused(identifier, claimed):
    found = identifier.identify(file(**claimed), {})
    assert (found.outcome, found.reason) == ("refused", "no_identity")


@pytest.mark.parametrize("state", ["password", "twin_sheets", "damaged", "not_a_workbook"])
def test_what_could_not_be_read_says_why_in_chinese(identifier, catalogue, state):
    found = identifier.identify({**file(), "state": state}, {})
    assert (found.outcome, found.reason) == ("refused", state)
    assert catalogue.say(f"receive.{found.reason}", file="a.xlsx").startswith("a.xlsx:")
