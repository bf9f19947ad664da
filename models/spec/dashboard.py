"""看板 and 图: which question every chart answers, and how it is drawn."""

from typing import Annotated, Literal

from pydantic import Field as Limit
from pydantic import StringConstraints

from models.spec.base import Entry, Formula, Name, Zh

DrawnAs = Literal[
    "bullet",
    "dots",
    "field_table",
    "funds",
    "gap_heatmap",
    "grouped_dots",
    "histories",
    "insides",
    "matrix",
    "multiples",
    "panels",
    "pareto",
    "parts",
    "peers",
    "ratios",
    "score_table",
    "shade_table",
    "share_heatmap",
    "spans",
    "stack",
    "strip",
    "supply",
    "waterfall",
]


class Ratio(Entry):
    """A column of a table of ratios: what a unit held, and what it owed."""

    zh: Zh
    held: Formula
    owed: Formula


class Chart(Entry):
    """A chart (图). One without `drawn_as` is a table of words, or planned.

    `chart` is the kind first proposed; `drawn_as` is what serves the question better on screen
    and on a photocopy, and what is drawn.
    """

    id: Annotated[str, StringConstraints(pattern=r"^D[0-9][a-z]?-[0-9]+$")]
    title: Zh
    question: Zh
    chart: str
    shows: tuple[str, ...]
    drill: str
    drawn_as: DrawnAs | None = None
    method: Zh | None = None
    height: Annotated[int, Limit(ge=240, le=900)] = 440
    wide: bool = False
    columns: tuple[Ratio, ...] = ()


class Dashboard(Entry):
    """A dashboard (看板): a page of charts for one audience.

    A letter after the number says: a page of its own beside the dashboard of that number.
    """

    id: Annotated[str, StringConstraints(pattern=r"^D[0-9][a-z]?$")]
    zh: Zh
    audience: Zh
    filters: tuple[Name, ...]
    path: Annotated[str, StringConstraints(pattern=r"^/[a-z]+$")] | None = None
    lead: Zh | None = None
    charts: tuple[Chart, ...]


class PrivacyLimits(Entry):
    """小单元格: which counts of persons are too small to be printed."""

    small_from: int
    small_to: int
    small_text: Zh
    denominator_below: int


class FigureLimits(Entry):
    """Thresholds of drawing: when a colour, a row or a form of picture changes."""

    near_part: float
    moved_points: float
    max_rows: int
    table_rows: int
    strip_units: int
    peer_dots: int
    strip_edge_quantile: float
