"""What is said of a figure, wherever it stands: to those who cannot see it, and under it."""

from collections.abc import Mapping

from dashboards.briefings.chart_forms import Native
from dashboards.briefings.native_charts import plotted
from dashboards.briefings.paper import Drawn


def alt_text(drawn: Drawn, native: Native | None, words: Mapping[str, str]) -> str:
    """What a chart shows, for those who cannot see it."""
    shown = drawn.prepared.entry.question
    if native and native.series:
        name, facts = native.series[0]
        pairs = zip(native.categories, map(plotted, facts), strict=True)
        shown = f"{name} " + words["and"].join(
            f"{each}{value:g}{native.uom}" for each, value in pairs if value is not None
        )
    return words["figure_alt"].format(title=drawn.prepared.entry.title, headline=shown)


def source_text(drawn: Drawn, words: Mapping[str, str]) -> str:
    """Of whom and when it is; why a place has no bar where one has none."""
    native = drawn.native
    if native is None:
        return drawn.prepared.coverage + drawn.thin
    lacks = any(fact is None for _, line in native.series for fact in line)
    return drawn.prepared.coverage + (words["figure_gaps"] if lacks else "")
