"""What the child is told of the catalogue, as plain values: the other end of `wanted.py`."""

from typing import Any

from models.catalogue_model import Catalogue
from models.spec.form import Field
from pipelines.workbook.cells import how_filled
from pipelines.workbook.layout import CHECKS_SHEET, CODES_SHEET, META_SHEET


def declared(catalogue: Catalogue) -> dict[str, Any]:
    """Every cell the catalogue declares, and the words around them, as the child wants it."""
    words = catalogue.parameters["reading"]
    return {
        "cells": [_declared(field) for field in catalogue.fields.values()],
        "titles": {form.id: form.sheet for form in catalogue.forms.values()},
        "printed": sorted(printed_texts(catalogue)),
        "heading": catalogue.say("workbook.column_value"),
        "totals": words["totals"],
        "notes": words["notes"],
        "claimed": words["claimed"],
    }


def _declared(field: Field) -> dict[str, Any]:
    return {
        "name": f"{field.alias}__{field.name}" if field.alias else field.name,
        "code": field.code,
        "form": field.form,
        "field": field.qualified,
        "alias": field.alias,
        "owned": field.is_system_owned or field.formula is not None,
        "type": field.type.value,
        "label": field.zh,
        "uom": field.uom,
    }


def printed_texts(catalogue: Catalogue) -> set[str]:
    """What templates print around the cells of a form; a template may print more, rarely."""
    found = {text for field in catalogue.fields.values() for text in _around(catalogue, field)}
    headings = {text for key, text in catalogue.wording["workbook"].items() if "{" not in text}
    return found | headings | {CHECKS_SHEET, CODES_SHEET, META_SHEET, ""}


def _around(catalogue: Catalogue, field: Field) -> tuple[str, ...]:
    label = f"{field.zh}({field.uom})"
    return field.code, field.zh, label, field.uom or "", how_filled(catalogue, field)
