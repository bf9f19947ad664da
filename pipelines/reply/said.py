"""One finding as the unit is told of it: where, what was seen, what is asked, what was answered."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from models.catalogue_model import Catalogue
from models.spec.form import NUMERIC, Field


@dataclass(frozen=True)
class Answered:
    """What is on record of a finding: the explanation in force, or the one that has lapsed.

    `lapsed` says why it no longer holds: `value`, `rule`, or `short`; None while it does.
    """

    reason: str
    text: str
    given_by: str
    given_at: str
    lapsed: str | None = None


@dataclass(frozen=True)
class Said:
    """A finding in words; `key` says what an explanation of it would be about."""

    number: int
    rule: str
    part: int
    severity: str
    severity_zh: str
    form: str
    label: str
    field: str | None
    line: int | None
    sheet: str | None
    cell: str | None
    seen: str
    expected: str
    gap: str
    problem: str
    demand: str
    status: str
    key: str | None
    answered: Answered | None

    def as_json(self) -> dict[str, Any]:
        """All of it but the key, which only a workbook needs."""
        told = {name: value for name, value in vars(self).items() if name != "key"}
        return {**told, "answered": vars(self.answered) if self.answered else None}


def say_finding(
    catalogue: Catalogue,
    number: int,
    found: Mapping[str, Any],
    key: str,
    answered: Answered | None,
) -> Said:
    """Put a finding into words; `found` has the columns of the registry's table."""
    field = catalogue.fields.get(found["field"] or "")
    severity = str(found["severity"])
    problem, demand = _sentences(catalogue, found)
    form = catalogue.forms.get(found["form"] or "")
    return Said(
        number=number,
        rule=found["rule"],
        part=found["part"],
        severity=severity,
        severity_zh=catalogue.say(f"validate.severity_{severity}"),
        form=f"{form.id} {form.zh}" if form else "",
        label=_label(catalogue, field, found["line"]),
        field=found["field"],
        line=found["line"],
        sheet=found["sheet"],
        cell=found["cell"],
        seen=found["value"] or "",
        expected=found["expected"] or "",
        gap=_gap(found["value"], found["expected"], field),
        problem=problem,
        demand=demand or _asked(catalogue, severity, field),
        status=found["status"],
        key=key if severity == "verify" else None,
        answered=answered,
    )


def _label(catalogue: Catalogue, field: Field | None, line: int | None) -> str:
    if field is None:
        return ""
    row = catalogue.say("validate.line", line=line) if line else ""
    return f"{field.code} {field.zh} {row}".strip()


def _sentences(catalogue: Catalogue, found: Mapping[str, Any]) -> tuple[str, str]:
    """The rule's text without the address: what is wrong, and what is asked for."""
    text = str(found["message"]).removeprefix(f"{found['sheet']}!{found['cell']} ")
    end, asks = catalogue.say("reply.sentence_end"), catalogue.say("reply.asking_word")
    sentences = [f"{each}{end}" for each in text.split(end) if each.strip()]
    wrong = "".join(each for each in sentences if asks not in each)
    asked = "".join(each for each in sentences if asks in each)
    return (wrong, asked) if wrong else (asked, "")


def _asked(catalogue: Catalogue, severity: str, field: Field | None) -> str:
    if field is not None and field.formula is not None and severity == "must":
        return catalogue.say("reply.asked_computed")
    return catalogue.say(f"reply.asked_{severity}")


def _gap(seen: str | None, expected: str | None, field: Field | None) -> str:
    """How far a number is from what is expected; nothing where one of them is no number."""
    if field is not None and field.type not in NUMERIC:
        return ""
    try:
        gap = Decimal(seen or "") - Decimal(expected or "")
    except InvalidOperation:
        return ""
    text = f"{gap:f}" if gap.is_finite() else ""
    return text.rstrip("0").rstrip(".") if "." in text else text
