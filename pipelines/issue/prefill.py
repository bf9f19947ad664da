"""What a unit's workbook already knows: the directory, last quarter's values, open rows."""

from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import date
from functools import cache

from sqlglot import exp

from models.catalogue_model import Catalogue
from models.expression import parse
from models.period import Period
from models.spec.form import EntryMode, Field, Form
from models.units import Directory, UnitVersion
from pipelines.workbook.content import Row, Sheetful, Value


@dataclass(frozen=True)
class Past:
    """What is known of a unit's earlier quarters; nothing in its first campaign.

    `values` holds the last known value of each fixed field, `rows` the lists of last quarter, and
    `partner_rows` the matters of others that name this unit.
    """

    values: Mapping[str, Value] = field(default_factory=dict)
    rows: Mapping[str, Sequence[Row]] = field(default_factory=dict)
    partner_rows: Sequence[Row] = ()


def prefill(
    catalogue: Catalogue, unit: UnitVersion, period: Period, directory: Directory, past: Past
) -> Sheetful:
    """Return what the system puts into the workbook; blanks are left out of `values`."""
    known = _directory_values(catalogue, unit, period, directory)
    values: dict[str, Value] = {}
    for item in catalogue.fields_for(unit.unit_kind, period.quarter):
        if item.alias is None:
            value = known.get(item.name, _carried(item, period, past))
            if value is not None:
                values[item.name] = value
    values |= dict.fromkeys(catalogue.fixed_at_zero, 0)
    rows = {alias: _rows(form, unit, period, past) for alias, form in catalogue.aliases.items()}
    return Sheetful(values, rows)


def _directory_values(
    catalogue: Catalogue, unit: UnitVersion, period: Period, directory: Directory
) -> dict[str, Value]:
    kinds = [child.unit_kind for child in directory.children(unit.unit_code, period)]
    return {
        "unit_code": unit.unit_code,
        "unit_name": unit.unit_name,
        "report_period": str(period),
        "unit_level": catalogue.levels[unit.level][0],
        "party_org_type": unit.party_org_type,
        "county_code": unit.county_code,
        "template_version": catalogue.campaign.template_version,
        "guid_units_total": len(kinds),
        "ct_organs": 1 + kinds.count("county_organ"),
        "ct_townships": kinds.count("township"),
    }


def _carried(item: Field, period: Period, past: Past) -> Value:
    """The value of a fixed cell before the unit touches it."""
    if item.prefill:
        return _first_known(item.prefill, lambda name: past.values.get(name.removeprefix("prev.")))
    before = past.values.get(item.name)
    match item.entry:
        case EntryMode.ZERO_DEFAULT:
            goes_on = item.kind == "ytd" and period.quarter > 1 and before is not None
            return before if goes_on else 0
        case EntryMode.CARRIED_EDITABLE:
            starts_anew = item.kind in {"ytd", "annual"} and period.quarter == 1
            return None if starts_anew else before
    return None


def _first_known(formula: str, value: Callable[[str], Value]) -> Value:
    """A prefill formula names what to take: the first name that is known."""
    found = (value(name) for name in _named_in_order(formula))
    return next((each for each in found if each is not None), None)


@cache
def _named_in_order(formula: str) -> tuple[str, ...]:
    columns = parse(formula).tree.find_all(exp.Column)
    return tuple(f"{column.table}.{column.name}".lstrip(".") for column in columns)


def _rows(form: Form, unit: UnitVersion, period: Period, past: Past) -> list[Row]:
    """The rows that go on, those of partners, and spare ones with their ids printed."""
    before = past.rows.get(form.alias or "", ())
    mine = [row for row in before if row.get("initiator_code", unit.unit_code) == unit.unit_code]
    rows = [_carried_row(form, row) for row in mine if stays(form, row, period)]
    if form.alias == "l3":
        rows += [dict(row) for row in past.partner_rows if stays(form, row, period)]
    used = {str(row.get(form.key or "")) for row in [*before, *rows]}
    return [*rows, *_spare_rows(form, unit, period, used, len(rows))]


def stays(form: Form, row: Row, period: Period) -> bool:
    """Whether a row of last quarter is listed in this one."""
    closes = form.closes
    if closes is None:
        return True
    value = row.get(closes.column)
    ended = value in closes.codes if closes.codes else value is not None
    if not ended:
        return True
    if closes.kept == "year":
        return isinstance(value, date) and value.year == period.year
    closed = row.get("closed_date")
    recent = isinstance(closed, date) and closed >= period.shifted(-1).first_day
    return closes.kept == "unanswered" and recent and row.get("mirror_confirmed") == 0


def _carried_row(form: Form, row: Row) -> Row:
    """Last quarter's row as this quarter begins: what is typed anew is left blank."""
    carried: dict[str, Value] = {}
    for item in form.fields:
        if item.prefill:
            carried[item.name] = _first_known(item.prefill, _last_quarters(row))
        elif item.formula is None and (form.alias == "l3" or item.entry is not EntryMode.TYPED):
            carried[item.name] = row.get(item.name)
    return carried


def _last_quarters(row: Row) -> Callable[[str], Value]:
    return lambda name: row.get(name.rpartition(".")[2].removeprefix("prev_"))


def _spare_rows(
    form: Form, unit: UnitVersion, period: Period, used: Set[str], listed: int
) -> Iterator[Row]:
    """Blank rows with pre-printed ids, so that a row keeps its identity when it is sent again."""
    serial, made = 0, 0
    while made < form.spare_rows:
        serial += 1
        printed = row_id(form, unit, period, serial)
        if printed not in used:
            made += 1
            yield _spare_row(form, unit, printed, listed + made)


def row_id(form: Form, unit: UnitVersion, period: Period, serial: int) -> str:
    """The id printed in the `serial`-th row that this unit adds."""
    pattern = form.ids or "{serial}"
    return pattern.format(
        unit_code=unit.unit_code, year=period.year, quarter=period.quarter, serial=serial
    )


def _spare_row(form: Form, unit: UnitVersion, printed: str, number: int) -> Row:
    row: dict[str, Value] = {form.key or "": printed}
    for item in form.fields:
        if item.entry is EntryMode.DIRECTORY and item.name == "org_seq":
            row[item.name] = number
        if item.entry is EntryMode.DIRECTORY and item.name == "initiator_code":
            row[item.name] = unit.unit_code
    return row
