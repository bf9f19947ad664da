"""`core.definition`: how each indicator was defined in a quarter, as published with its numbers."""

import polars as pl

from dashboards.provenance.formulas import formula
from models.catalogue_model import Catalogue
from models.definition import mark_of
from models.period import Period

SCHEMA = dict.fromkeys(
    ("period", "indicator", "zh", "formula", "mark", "entry", "catalogue_hash"), pl.String
)


def definition_table(catalogue: Catalogue, period: Period) -> pl.DataFrame:
    """A row an indicator, under the catalogue that the quarter is computed under."""
    rows = [
        (
            *(str(period), each.id, each.zh, formula(catalogue, each)),
            *(mark_of(catalogue, each), each.model_dump_json(), catalogue.hash),
        )
        for each in catalogue.indicators.values()
    ]
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")
