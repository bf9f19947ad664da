"""Formulas reckoned in plain Python mean what the catalogue's own examples say."""

import re
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from models.catalogue_model import Catalogue
from models.check import statement
from models.loader import load_catalogue
from models.names import answers_alone
from models.spec.rule import Rule, RuleExample
from pipelines.sample.meaning import Sheet
from pipelines.sample.noticed import statements

LISTS = ("l1", "l2", "l3")
EXAMPLES = [
    (rule, example)
    for rule in {each.rule.id: each.rule for each in statements(load_catalogue())}.values()
    if all(answers_alone(part) for part in rule.parts)
    for example in rule.examples
]


def _read(raw: Any) -> Any:
    if isinstance(raw, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", raw):
        return date.fromisoformat(raw)
    return Decimal(str(raw)) if isinstance(raw, float) else raw


def _sheet(catalogue: Catalogue, given: dict[str, Any]) -> Sheet:
    facts = {name: _read(raw) for name, raw in given.items() if name not in LISTS}
    rows = {
        alias: [{name: _read(raw) for name, raw in row.items()} for row in given.get(alias, ())]
        for alias in LISTS
    }
    return Sheet(catalogue, facts, frozenset(), {}, rows)


@pytest.mark.parametrize(("rule", "example"), EXAMPLES, ids=lambda each: getattr(each, "id", ""))
def test_a_rule_passes_and_fails_as_its_examples_say(
    catalogue: Catalogue, rule: Rule, example: RuleExample
) -> None:
    sheet = _sheet(catalogue, example.given)
    judged = [part for part in rule.parts if not part.when or sheet.means(part.when)]
    assert (False not in [sheet.means(statement(part)) for part in judged]) == example.passes


def _small(catalogue: Catalogue, values: dict[str, Any], *rows: dict[str, Any]) -> Sheet:
    facts = {"sys.period_start": date(2026, 4, 1), "sys.period_end": date(2026, 6, 30)}
    return Sheet(catalogue, facts, frozenset({"330700100028"}), values, {"l1": list(rows)})


def test_computed_cells_follow_from_the_others(catalogue: Catalogue) -> None:
    sheet = _small(catalogue, {"branch_open": 3, "branch_add": 1, "branch_drop": 5})
    assert sheet.at("branch_close") == -1
    assert sheet.with_values({("branch_drop", None): 0}).at("branch_close") == 4


def test_a_blank_leaves_a_sum_without_a_value(catalogue: Catalogue) -> None:
    assert _small(catalogue, {"branch_open": 3, "branch_add": None}).at("branch_close") is None


def test_printed_rows_that_nobody_filled_do_not_count(catalogue: Catalogue) -> None:
    filled: dict[str, Any] = {"org_seq": 1, "org_type": 3, "org_status": 1, "extension_status": 0}
    filled["last_election_date"] = date(2020, 2, 29)
    sheet = _small(catalogue, {}, filled, {"org_seq": 2, "org_code": "330700100028002"})
    assert list(sheet.lines("l1")) == [1]
    assert sheet.at("l1.due_date", 1) == date(2023, 2, 28)
    assert sheet.at("election_overdue") == 1


def test_a_partner_is_listed_if_the_directory_has_it(catalogue: Catalogue) -> None:
    rows = {"l2": [{"partner_unit_code": "330700100028"}, {"partner_unit_code": "330700999999"}]}
    sheet = Sheet(catalogue, {}, frozenset({"330700100028"}), {}, rows)
    assert [sheet.at("l2.partner_listed", line) for line in (1, 2)] == [1, 0]
