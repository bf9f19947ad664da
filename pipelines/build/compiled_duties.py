"""Regular duties as SELECTs: of whom each is asked when, what was expected and what was done."""

from models.catalogue_model import Catalogue
from models.names import reads
from models.spec.duty import RegularDuty
from pipelines.build.sides import QUARTERS, asked_of, head, sides_sql, union

LENGTH = {"month": 1, "quarter": 1, "half": 2, "year": 4, "term": 1}
"""Quarters in which a duty is to be done once."""


def duty_sqls(catalogue: Catalogue) -> dict[str, str]:
    """Table name -> its SELECT."""
    return {
        "core.duty_asked": _asked_sql(catalogue),
        "core.duty_part": _parts_sql(catalogue),
    }


def _asked_sql(catalogue: Catalogue) -> str:
    rows = [
        row
        for position, duty in enumerate(catalogue.duties.duties)
        for kind in catalogue.unit_kinds
        for row in _asked(catalogue, duty, position, kind)
    ]
    names = (
        "duty, position, zh, cadence, norm, uom, unit_kind, quarter, is_asked,"
        " first_quarter, due_quarter"
    )
    values = ",\n    ".join(rows)
    title = head(catalogue, "core.duty_asked", "duty", "unit_kind", "quarter")
    return (
        f"{title}select * from (\n    values\n    {values}\n"  # noqa: S608
        f") as asked ({names}, due_day, soon_days)"
    )


def _asked(catalogue: Catalogue, duty: RegularDuty, position: int, kind: str) -> list[str]:
    """A row for each quarter in which the duty runs, and whether the forms ask of it then."""
    fields = reads(duty.expected, catalogue) | reads(duty.done, catalogue)
    asked = [quarter for quarter in QUARTERS if asked_of(catalogue, fields, kind, quarter)]
    found = []
    for quarter in QUARTERS:
        first = quarter - (quarter - 1) % LENGTH[duty.cadence]
        last = first + LENGTH[duty.cadence] - 1
        if not any(first <= each <= last for each in asked):
            continue
        is_asked = str(quarter in asked).lower()
        found.append(
            f"('{duty.id}', {position}, '{duty.zh}', '{duty.cadence}', {_text(duty.norm)},"
            f" '{duty.uom}', '{kind}', {quarter}, {is_asked}, {first}, {last},"
            f" {_text(duty.by)}, {catalogue.duties.soon_days})"
        )
    return found


def _text(given: str | None) -> str:
    return "null" if given is None else f"'{given}'"


def _parts_sql(catalogue: Catalogue) -> str:
    selects = []
    for duty in catalogue.duties.duties:
        texts = [duty.expected, duty.done, duty.soon or "0"]
        sides, joined = sides_sql(catalogue, texts)
        columns = ",\n    ".join(
            f"cast({side} as decimal(28, 6)) as {name}"
            for side, name in zip(sides, ("expected", "done", "soon"), strict=True)
        )
        selects.append(
            f"select\n    s.period,\n    s.unit_code,\n    '{duty.id}' as duty,\n    {columns}\n"
            f"from core.fixed as s{joined}"
        )
    return head(catalogue, "core.duty_part", "period", "unit_code", "duty") + union(selects)
