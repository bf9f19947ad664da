"""Prefill as text and back: what was issued is recorded, so that it can be compared on return."""

import json
from datetime import date
from decimal import Decimal
from typing import Any

from models.catalogue_model import Catalogue
from models.spec.form import FieldType
from pipelines.workbook.content import Sheetful, Value


def encode(prefill: Sheetful) -> str:
    """A prefill as JSON; dates as ISO text, numbers as they print."""
    rows = {
        alias: [{key: _text(value) for key, value in row.items()} for row in some]
        for alias, some in prefill.rows.items()
    }
    values = {key: _text(value) for key, value in prefill.values.items()}
    return json.dumps({"values": values, "rows": rows}, ensure_ascii=False)


def decode(text: str, catalogue: Catalogue) -> Sheetful:
    """The prefill that `encode` wrote."""
    data = json.loads(text)
    values = {name: _value(raw, catalogue, name) for name, raw in data["values"].items()}
    rows = {
        alias: [
            {name: _value(raw, catalogue, f"{alias}.{name}") for name, raw in row.items()}
            for row in some
        ]
        for alias, some in data["rows"].items()
    }
    return Sheetful(values, rows)


def _text(value: Value) -> str | None:
    if value is None:
        return None
    return value.isoformat() if isinstance(value, date) else str(value)


def _value(raw: Any, catalogue: Catalogue, name: str) -> Value:
    if raw is None:
        return None
    match catalogue.fields[name].type:
        case FieldType.DATE:
            return date.fromisoformat(raw)
        case FieldType.TEXT:
            return str(raw)
        case FieldType.INT | FieldType.ENUM:
            return int(raw)
        case FieldType.DECIMAL:
            return Decimal(raw)
