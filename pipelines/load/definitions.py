"""`core.definition`: how indicators and indices were defined in a quarter, beside its numbers."""

from collections.abc import Iterator, Sequence

import polars as pl

from dashboards.provenance.formulas import formula
from models.catalogue_model import Catalogue
from models.definition import index_marks, mark_of, members, score_mark
from models.period import Period
from models.spec.indicator import Axis, Composite, Dimension, Profile

SCHEMA = dict.fromkeys(
    ("period", "indicator", "zh", "formula", "mark", "score_mark", "entry", "catalogue_hash"),
    pl.String,
)


def definition_table(catalogue: Catalogue, period: Period) -> pl.DataFrame:
    """A row an indicator, index, dimension, profile and axis, as the quarter is computed."""
    indicators = [
        (
            *(each.id, each.zh, formula(catalogue, each), mark_of(catalogue, each)),
            *(score_mark(catalogue, each), each.model_dump_json()),
        )
        for each in catalogue.indicators.values()
    ]
    rows = [(str(period), *said, catalogue.hash) for said in (*indicators, *_indices(catalogue))]
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def _indices(catalogue: Catalogue) -> Iterator[tuple[str, ...]]:
    """Indices and profiles, and what they are made of."""
    marks = index_marks(catalogue)
    for owner, names in members(catalogue).items():
        entry, parts = _entry(catalogue, owner)
        said = [catalogue.say("explain.index_part", zh=part.zh,
                              indicators=" ".join(part.indicators)) for part in parts]  # fmt: skip
        yield (owner, entry.zh, " ".join(said), *(marks[owner],) * 2, entry.model_dump_json())
        for name, part, text in zip(names, parts, said, strict=True):
            yield (name, part.zh, text, *(marks[name],) * 2, part.model_dump_json())


def _entry(
    catalogue: Catalogue, owner: str
) -> tuple[Composite | Profile, Sequence[Dimension | Axis]]:
    if owner in catalogue.composites:
        index = catalogue.composites[owner]
        return index, index.dimensions
    profile = catalogue.profiles[owner]
    return profile, profile.axes
