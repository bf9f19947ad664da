"""Pictures of a set's charts: PNG and SVG to be placed elsewhere, PDF to print and to search."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from dashboards.briefings.frozen import frozen_pdf, frozen_svg
from dashboards.briefings.paper import Drawn
from dashboards.painter import Format, NoBrowserError, Painter
from dashboards.pictures import framed

Pictures = Mapping[tuple[str, Format], bytes]
KINDS: tuple[Format, ...] = ("png", "svg", "pdf")


def painted(
    figures: Iterable[Drawn], at: datetime, no_browser: str, told: Callable[[str], None]
) -> Pictures:
    """Every chart in every form; none without a browser, and one line that says so."""
    wanted = {drawn.prepared.entry.id: drawn for drawn in figures}
    found: dict[tuple[str, Format], bytes] = {}
    with Painter(no_browser) as painter:
        try:
            for name, drawn in wanted.items():
                for kind in KINDS:
                    found[name, kind] = _drawn(painter, drawn, kind, at)
        except NoBrowserError as error:
            told(str(error))
    return found


def _drawn(painter: Painter, drawn: Drawn, kind: Format, at: datetime) -> bytes:
    """The chart under its title: the headline of the page may name who is last."""
    own = drawn.prepared
    prepared = replace(own, headline=own.entry.title, coverage=own.coverage + drawn.thin)
    data = painter.paint(framed(prepared), kind)
    if kind == "pdf":
        return frozen_pdf(data, at)
    return frozen_svg(data) if kind == "svg" else data


def of_kind(pictures: Pictures, wanted: Format) -> dict[str, bytes]:
    """The pictures of one form, by chart."""
    return {name: data for (name, kind), data in pictures.items() if kind == wanted}
