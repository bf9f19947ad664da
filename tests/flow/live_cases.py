"""Values to put into a workbook: right and wrong ones, blanks, zeros, texts, no such days."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from random import Random
from typing import Any

from models.period import Period
from models.spec.form import Field, FieldType
from pipelines.issue import Past, Planned, plan_issue, prefill
from pipelines.workbook.content import Raw, Row, Sheetful, Value
from tests.flow.conftest import SmallCity

NUMBERS = (0, 0, 1, 1, 2, 3, 5, 8, 40, 100, 101, 5000)
ODD_NUMBERS = (-1, 1.5, 1.234, 0.15, 999999)
DAYS = (
    *("2018-05-05", "2020-02-29", "2023-06-30", "2025-12-31"),
    *("2026-02-28", "2026-08-15", "2027-03-01"),
)
TEXTS = ("甲", "联合开展活动", "330700100028", "A'b\"c")
WORDS = ("约五百", "3人", "2026-02-30", "/", "5%")
RARE = {
    "four_sync_count": 4,
    "assess_weight": 0,
    "member_open": 60,
    "member_recruited": 0,
    "member_transfer_in": 0,
    "member_transfer_out": 0,
    "member_restored": 0,
    "member_expelled": 0,
    "member_deceased": 0,
}
"""What chance would hardly put together."""
SEED = 23


def cases(city: SmallCity, each: int) -> Iterator[Planned]:
    """Every kind of unit in every quarter, `each` times over."""
    random = Random(SEED)  # noqa: S311 the same in every run
    catalogue, units = city.sample.catalogue, city.sample.directory
    for quarter in range(1, 5):
        period = Period(2026, quarter)
        kinds: dict[str, Any] = {}
        for unit in units.owing(period).values():
            kinds.setdefault(unit.unit_kind, unit)
        for unit in kinds.values():
            for number in range(each):
                known = prefill(catalogue, unit, period, units, Past())
                at = city.planned[0].issue.issued_at
                planned = plan_issue(
                    catalogue, b"k" * 32, unit, period, known, number=number, at=at
                )
                due = catalogue.fields_for(unit.unit_kind, quarter)
                yield replace(planned, shown=_filled(random, catalogue, due, known))


def _filled(random: Random, catalogue: Any, due: Sequence[Field], known: Sheetful) -> Sheetful:
    """Mostly sound values in some workbooks, mostly slips in others."""
    slips = random.choice((0.0, 0.02, 0.1))
    blanks = random.choice((0.0, 0.05, 0.4))
    values: dict[str, Value] = dict(known.values)
    for field in due:
        if field.alias is None and field.formula is None and field.entry != "directory":
            values[field.name] = _value(random, catalogue, field, slips, blanks)
    if not slips:
        values |= {name: value for name, value in RARE.items() if name in values}
    rows = {
        alias: [_row(random, catalogue, due, alias, row, slips, blanks) for row in some]
        for alias, some in known.rows.items()
    }
    return Sheetful(values, rows)


def _row(
    random: Random,
    catalogue: Any,
    due: Sequence[Field],
    alias: str,
    row: Row,
    slips: float,
    blanks: float,
) -> Row:
    if random.random() < 0.3:
        return row
    typed = [f for f in due if f.alias == alias and f.formula is None and not f.is_system_owned]
    filled = {field.name: _value(random, catalogue, field, slips, blanks) for field in typed}
    return {**row, **filled}


def _value(random: Random, catalogue: Any, field: Field, slips: float, blanks: float) -> Value:
    if random.random() < blanks:
        return None
    if random.random() < slips and field.type is not FieldType.TEXT:
        return Raw("text", random.choice(WORDS))
    match field.type:
        case FieldType.TEXT:
            return random.choice(TEXTS)
        case FieldType.DATE:
            return date.fromisoformat(random.choice(DAYS))
        case FieldType.ENUM:
            return random.choice(tuple(catalogue.codes[field.enum]))
    return random.choice((*NUMBERS, *ODD_NUMBERS) if random.random() < slips else NUMBERS)
