"""What files hold beside their cells, of the submissions of a batch."""

from collections.abc import Mapping, Sequence

import polars as pl

from models.catalogue_model import Catalogue
from pipelines.judging.batch import ASIDES
from pipelines.workbook.content import Sheetful


def asides_of(
    asides: pl.DataFrame | None,
    hashes: pl.DataFrame,
    values: pl.DataFrame,
    prefills: Mapping[str, Sheetful],
    catalogue: Catalogue,
) -> pl.DataFrame:
    """What was set aside in reading, and the rows that nobody issued, by submission."""
    if asides is None:  # values that never stood in a file
        return pl.DataFrame(schema=ASIDES)
    found = [pl.DataFrame(_without_id(values, prefills, catalogue), schema=ASIDES, orient="row")]
    return pl.concat([*found, asides.join(hashes, on="file_sha256").select(list(ASIDES))])


def _without_id(
    values: pl.DataFrame, prefills: Mapping[str, Sheetful], catalogue: Catalogue
) -> list[Sequence[str | int | None]]:
    """Rows of lists whose id was not issued: below the last printed one, or with an id changed."""
    rows: list[Sequence[str | int | None]] = []
    for alias, form in catalogue.aliases.items():
        name = f"{alias}.{form.key}"
        issued = {
            sid: {str(row[form.key or ""]) for row in prefill.rows.get(alias, ())}
            for sid, prefill in prefills.items()
        }
        keys = values.filter(pl.col("field") == name)
        for row in keys.iter_rows(named=True):
            known = issued[row["submission_id"]]
            if row["text"] not in known:
                place = (row["submission_id"], "no_id", row["sheet"], row["cell"], form.id, name)
                rows.append((*place, row["line"], row["typed"], str(len(known))))
    return rows
