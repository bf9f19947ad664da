"""What a sample says by now, straight from the registry: no build is needed."""

import polars as pl
from sqlalchemy import Connection

from models.catalogue_model import Catalogue
from models.period import Period
from pipelines.build.sampling_error import sampling_errors
from pipelines.load.sampling import sampling_table
from pipelines.records.units import directory


def estimates(registry: Connection, catalogue: Catalogue, period: str) -> pl.DataFrame:
    """The rows of `marts.sampling_estimate` for a quarter."""
    cells = sampling_table(registry, period)
    units = directory(registry)
    versions = [units.version(code, Period.parse(period)) for code in cells["unit_code"]]
    placed = cells.with_columns(
        level=pl.Series([v.level if v else None for v in versions], dtype=pl.String),
        city_code=pl.lit(catalogue.structure.city.code),
    )
    return sampling_errors(placed, catalogue)
