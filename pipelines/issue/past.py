"""What the warehouse knows of every unit before a quarter: the past that is prefilled."""

from collections import defaultdict
from pathlib import Path
from typing import Any

from models.catalogue_model import Catalogue
from models.period import Period
from models.spec.form import Field, FieldType
from pipelines.issue.prefill import Past
from pipelines.opened import opened
from pipelines.workbook.content import Row, Value

LAST_KNOWN = """
    SELECT unit_code, field, number, text, date FROM (
        SELECT v.*, row_number() OVER (
            PARTITION BY v.unit_code, v.field ORDER BY v.period DESC) AS choice
        FROM core.value AS v JOIN core.submission AS s USING (submission_id)
        WHERE s.is_used AND v.line IS NULL AND v.period < ?
            AND (v.number IS NOT NULL OR v.text IS NOT NULL OR v.date IS NOT NULL)
    ) WHERE choice = 1
"""
LAST_ROWS = """
    SELECT v.unit_code, v.field, v.line, v.number, v.text, v.date
    FROM core.value AS v JOIN core.submission AS s USING (submission_id)
    WHERE s.is_used AND v.line IS NOT NULL AND v.period = ?
    ORDER BY v.unit_code, v.line
"""


def pasts(warehouse: Path, catalogue: Catalogue, period: Period) -> dict[str, Past]:
    """Unit code -> its past; units that never reported have none."""
    if not warehouse.exists():
        return {}
    with opened(warehouse) as con:
        values = _values(con.execute(LAST_KNOWN, [str(period)]).fetchall(), catalogue)
        rows = _rows(con.execute(LAST_ROWS, [str(period.shifted(-1))]).fetchall(), catalogue)
    partners = _partner_rows(rows)
    return {
        code: Past(values[code], rows.get(code, {}), partners.get(code, ()))
        for code in values.keys() | partners.keys()
    }


def _values(found: list[Any], catalogue: Catalogue) -> dict[str, dict[str, Value]]:
    values: dict[str, dict[str, Value]] = defaultdict(dict)
    for code, name, number, text, day in found:
        values[code][name] = _value(catalogue.fields[name], number, text, day)
    return values


def _rows(found: list[Any], catalogue: Catalogue) -> dict[str, dict[str, list[Row]]]:
    lines: dict[str, dict[str, dict[int, dict[str, Value]]]] = defaultdict(
        lambda: defaultdict(dict)
    )
    for code, name, line, number, text, day in found:
        field = catalogue.fields[name]
        row = lines[code][field.alias or ""].setdefault(line, {})
        row[field.name] = _value(field, number, text, day)
    return {
        code: {alias: list(rows.values()) for alias, rows in some.items()}
        for code, some in lines.items()
    }


def _value(field: Field, number: Any, text: str | None, day: Any) -> Value:
    if number is not None:
        return number if field.type is FieldType.DECIMAL else int(number)
    return text if text is not None else day


def _partner_rows(rows: dict[str, dict[str, list[Row]]]) -> dict[str, list[Row]]:
    """Matters of last quarter by the unit they name, without its own side of them."""
    found: dict[str, list[Row]] = defaultdict(list)
    for code, lists in rows.items():
        for row in lists.get("l3", ()):
            partner = row.get("counterpart_code")
            if row.get("initiator_code") == code and isinstance(partner, str) and partner != code:
                found[partner].append(row)
    return found
