"""What judging left in the registry, as tables: explanations, settlements, rules, the gate."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl
from sqlalchemy import Connection, Row, select

from models.catalogue_model import Catalogue
from models.hidden import hidden
from models.names import moment_of
from models.period import Period
from models.registry import decision, explanation, submission
from models.registry_judging import SUBJECT, checkpoint, evaluated, settlement
from models.spec.rule import Rule, RuleKind
from pipelines.records.quarters import in_force
from pipelines.records.tallies import counted, unpacked

BY_UNIT = "unit"
FILL = re.compile(r"\{\w+\}")
END = "。"
GAP = "…"
Frame = Sequence[tuple[Any, ...]]


def judged_tables(
    registry: Connection, catalogue: Catalogue, period: Period
) -> dict[str, pl.DataFrame]:
    """Table name -> its rows of one quarter."""
    return {
        "core.rule": _rules(catalogue, period),
        "core.rule_evaluated": _evaluated(registry, period),
        "core.checkpoint_result": _results(registry, period),
        "core.explanation": _explanations(registry, catalogue, period),
        "core.settlement": _settlements(registry, catalogue, period),
    }


def reason_limits(catalogue: Catalogue) -> pl.DataFrame:
    """From when on a reason is used too often, in one row."""
    return pl.DataFrame([catalogue.parameters["reasons"]])


def _rules(catalogue: Catalogue, period: Period) -> pl.DataFrame:
    data = [
        {
            "period": str(period),
            "rule": rule.id,
            "zh": title_of(rule),
            "severity": rule.severity.value,
            "moment": moment_of(rule, rule.parts[0]).value,
            "thing": _thing(rule),
            "is_sign": rule.kind is RuleKind.PERFUNCTORY,
            "is_active": rule.in_force(str(period)),
        }
        for rule in catalogue.rules.values()
    ]
    return pl.DataFrame(data)


def title_of(rule: Rule) -> str:
    """What a rule asks, in short: the first sentence of its message, without the values."""
    first, _, _ = rule.message.partition(END)
    return FILL.sub(GAP, first)


def _thing(rule: Rule) -> str:
    """What a rule makes a statement about: a cell, a row of a list, or a file."""
    if rule.each and rule.each != "reading":
        return "cell"
    return "row" if rule.rows else "file"


def _evaluated(registry: Connection, period: Period) -> pl.DataFrame:
    """Over all versions that came, as the findings are."""
    rows = registry.execute(
        select(evaluated.c.moment, evaluated.c.rules)
        .join(submission, submission.c.submission_id == evaluated.c.submission_id)
        .where(submission.c.period == str(period))
    )
    found: Counter[tuple[str, str]] = Counter()
    for row in rows:
        for rule, count in counted(row.rules).items():
            found[rule, row.moment] += count
    data = [(str(period), *key, count) for key, count in sorted(found.items())]
    texts = dict.fromkeys(("period", "rule", "moment"), pl.String)
    return _frame(data, {**texts, "evaluated": pl.Int64})


def _results(registry: Connection, period: Period) -> pl.DataFrame:
    rows = registry.execute(
        select(checkpoint)
        .where(checkpoint.c.period == str(period))
        .order_by(checkpoint.c.checkpoint_id)
    ).all()
    data = [
        (*_of_run(number, row), *result, result[-1] == 0)
        for number, row in enumerate(rows, start=1)
        for result in unpacked(row.results)
    ]
    texts = dict.fromkeys(("expectation", "part", "table_name", "field"), pl.String)
    run = {"period": pl.String, "number": pl.Int32, "run_id": pl.String, "made_at": pl.Datetime}
    counts = {"evaluated": pl.Int64, "unexpected": pl.Int64, "success": pl.Boolean}
    named = {"catalogue_hash": pl.String, "moment": pl.String}
    return _frame(data, {**run, **named, **texts, **counts})


def _of_run(number: int, row: Row[Any]) -> tuple[Any, ...]:
    return row.period, number, row.run_id, row.made_at, row.catalogue_hash, row.moment


def _explanations(registry: Connection, catalogue: Catalogue, period: Period) -> pl.DataFrame:
    """What units said beside findings, the newest about each; long enough or not."""
    rows = registry.execute(
        select(explanation)
        .where(explanation.c.period == str(period))
        .order_by(explanation.c.explanation_id)
    )
    shortest = catalogue.parameters["explanation"]["shortest"]
    newest: dict[tuple[Any, ...], tuple[Any, ...]] = {}
    for row in rows:
        about = tuple(getattr(row, name) for name in SUBJECT)
        said = (row.reason, hidden(catalogue, row.text), _role(row), len(row.text) >= shortest)
        newest[row.unit_code, *about] = (row.period, row.unit_code, *about, *said)
    said_of = {"reason": pl.Int32, "text": pl.String, "role": pl.String, "is_enough": pl.Boolean}
    return _frame(list(newest.values()), {**_subject("period", "unit_code"), **said_of})


def _role(row: Row[Any]) -> str:
    return "unit" if row.given_by == BY_UNIT else "reviewer"


def _settlements(registry: Connection, catalogue: Catalogue, period: Period) -> pl.DataFrame:
    """What reviewers settled and still stands: by which decision, why, in which version."""
    rows = registry.execute(
        select(settlement, decision.c.action, decision.c.why)
        .join(decision, decision.c.decision_id == settlement.c.decision_id)
        .where(settlement.c.period == str(period), in_force())
        .order_by(settlement.c.settlement_id)
    )
    data = [
        (
            *(getattr(row, name) for name in ("period", "unit_code", *SUBJECT)),
            *(row.decision_id, row.action, row.submission_id, hidden(catalogue, row.why)),
        )
        for row in rows
    ]
    decided = {"action": pl.String, "submission_id": pl.String, "text": pl.String}
    return _frame(data, {**_subject("period", "unit_code"), "decision_id": pl.Int64, **decided})


def _subject(*before: str) -> Mapping[str, Any]:
    return {**dict.fromkeys((*before, *SUBJECT), pl.String), "part": pl.Int32}


def _frame(data: Frame, schema: Mapping[str, Any]) -> pl.DataFrame:
    return pl.DataFrame(data, schema=dict(schema), orient="row")
