"""The table `c`: one row a cell, with what the rules about single cells ask of it."""

import polars as pl

from models.catalogue_model import Catalogue
from models.spec.form import EntryMode, Field
from pipelines.frames import Frames, Source, recomputed_sql

FILLED_BY_UNIT = (EntryMode.TYPED, EntryMode.ZERO_DEFAULT, EntryMode.CARRIED_EDITABLE)


def add_cells(frames: Frames, values: pl.DataFrame) -> None:
    """Make the tables `c`, `f` (fields), `required` and `recomputed` beside the wide ones."""
    con = frames.con
    con.register("cells", values)
    con.register("f", _fields(frames.catalogue))
    con.execute(f"CREATE TABLE required AS {_required_sql(frames)}")
    con.execute(f"CREATE TABLE recomputed AS {recomputed_sql(frames.catalogue)}")
    con.execute(_CELLS)


def _fields(catalogue: Catalogue) -> pl.DataFrame:
    rows = [
        {
            "field": field.qualified,
            "type": field.type.value,
            "enum": field.enum,
            "is_always_required": field.required == "yes" and not _is_printed(field),
            "is_formula": field.formula is not None,
            "is_filled": field.entry in FILLED_BY_UNIT,
            "typical_min": field.typical[0] if field.typical else None,
            "typical_max": field.typical[1] if field.typical else None,
        }
        for field in catalogue.fields.values()
    ]
    return pl.DataFrame(rows, infer_schema_length=None)


def _is_printed(field: Field) -> bool:
    """Columns of lists that the system fills when it loads the row; the unit cannot."""
    return field.alias is not None and field.entry is EntryMode.DIRECTORY


def _required_sql(frames: Frames) -> str:
    """Cells that are required because the condition in the catalogue holds."""
    selects = []
    for f in frames.catalogue.fields.values():
        if f.required_when:
            source = Source(f.alias or "s")
            condition = frames.sql(f.required_when, source)
            selects.append(
                f"SELECT s.submission_id, '{f.qualified}' AS field, {source.line} AS line "  # noqa: S608
                f"FROM {source.sql} WHERE {condition}"
            )
    return " UNION ALL ".join(selects)


_CELLS = """
CREATE TABLE c AS
WITH joined AS (
    SELECT
        cells.submission_id, cells.field, cells.line, cells.kind, cells.number, cells.text,
        cells.date, f.type, f.enum, f.typical_min, f.typical_max, f.is_formula AS computed,
        f.is_filled, f.is_always_required OR required.field IS NOT NULL AS needed,
        cells.plain IS NOT NULL AND cells.number IS NULL AND cells.text IS NULL
            AND cells.date IS NULL AS is_unread,
        cells.plain AS seen, cells.same_formula,
        recomputed.number AS our_number, recomputed.date AS our_date
    FROM cells
    JOIN f ON f.field = cells.field
    LEFT JOIN required
        ON required.submission_id = cells.submission_id AND required.field = cells.field
        AND required.line IS NOT DISTINCT FROM cells.line
    LEFT JOIN recomputed
        ON recomputed.submission_id = cells.submission_id AND recomputed.field = cells.field
        AND recomputed.line IS NOT DISTINCT FROM cells.line
)
SELECT
    submission_id, field, line, kind, number, text, date, enum, typical_min, typical_max,
    is_unread,
    -- A text cell with an error in it has no text: it counts as empty, never as its error.
    CASE WHEN NOT (type = 'text' AND is_unread) THEN seen END AS plain,
    needed AND NOT computed AS is_required,
    type = 'int' AND seen IS NOT NULL AND NOT computed AS is_int,
    type = 'decimal' AND seen IS NOT NULL AND NOT computed AS is_decimal,
    type = 'date' AND seen IS NOT NULL AND NOT computed AS is_date,
    type = 'enum' AND seen IS NOT NULL AND NOT computed AS is_enum,
    typical_min IS NOT NULL AND number IS NOT NULL AND is_filled AS is_typical,
    computed AS is_formula,
    type = 'text' AND text IS NOT NULL AND is_filled AS is_text,
    CASE
        WHEN NOT computed THEN NULL
        WHEN same_formula THEN 1
        WHEN number IS NOT DISTINCT FROM our_number AND date IS NOT DISTINCT FROM our_date
            AND NOT is_unread THEN 1
        ELSE 0
    END AS formula_intact,
    our_number, our_date
FROM joined
"""
