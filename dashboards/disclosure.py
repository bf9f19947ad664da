"""What an address shows that the log must know of: signs of formality, and sensitive fields (S).

Told from the address and the catalogue alone, before anything is asked: what may be shown is
logged, also where a small number is then blanked.
"""

from collections.abc import Iterable
from urllib.parse import parse_qs

from dashboards.accounts import SENSITIVE, SIGNS
from dashboards.address import read_path
from dashboards.privacy import NAME
from dashboards.reader import Reader
from models.catalogue_model import Catalogue
from models.spec.dashboard import Chart, Dashboard

Kinds = frozenset[str]
NONE: Kinds = frozenset()
EVERYTHING = {"D7": "un", "D8": "ct"}
"""Pages that show every indicator of a place, and what names it where the path does not."""
LISTED_SIGNS = "D6-4"
UNITS = "units-"


def of_page(catalogue: Catalogue, path: str, search: str, reader: Reader) -> Kinds:
    """What the page of an address shows."""
    address = read_path(path)
    pages = {one.path: one for one in catalogue.dashboards.values() if one.path}
    dashboard = pages.get(address.page)
    if dashboard is None:
        return NONE
    shows_place = dashboard.id in EVERYTHING and (
        address.subject is not None or _is_chosen(dashboard.id, search, reader)
    )
    is_sensitive = shows_place or _is_any_sensitive(catalogue, dashboard)
    has_signs = dashboard.id == "D6" or shows_place
    return _kinds(reader, signs=has_signs, sensitive=is_sensitive)


def _is_chosen(dashboard: str, search: str, reader: Reader) -> bool:
    """Whether the view has a place: one that was asked for, or the reader's own county."""
    is_own = dashboard == "D8" and reader.counties is not None
    return is_own or EVERYTHING[dashboard] in parse_qs(search.lstrip("?"))


def of_export(catalogue: Catalogue, stem: str, reader: Reader) -> Kinds:
    """What a file shows: `D1-2`, or `units-D1` for the units of a page."""
    dashboard = catalogue.dashboards.get(stem.removeprefix(UNITS).partition("-")[0])
    if dashboard is None:
        return NONE
    charts = [one for one in dashboard.charts if one.id == stem]
    is_whole = stem.startswith(UNITS) or dashboard.id in EVERYTHING
    is_sensitive = is_whole or any(is_sensitive_chart(catalogue, one) for one in charts)
    return _kinds(reader, signs=stem == LISTED_SIGNS, sensitive=is_sensitive)


def _kinds(reader: Reader, *, signs: bool, sensitive: bool) -> Kinds:
    """A unit that looks at itself learns nothing of anybody; signs are told to reviewers only."""
    told = {SIGNS} if signs and reader.sees_small_groups else set()
    return frozenset(told | ({SENSITIVE} if sensitive and reader.units is None else set()))


def _is_any_sensitive(catalogue: Catalogue, dashboard: Dashboard) -> bool:
    return any(is_sensitive_chart(catalogue, one) for one in dashboard.charts)


def is_sensitive_chart(catalogue: Catalogue, chart: Chart) -> bool:
    """Whether any field in what the chart shows is a sensitive one."""
    formulas = [text for column in chart.columns for text in (column.held, column.owed)]
    return any(_is_sensitive(catalogue, name) for name in [*chart.shows, *_names(formulas)])


def _is_sensitive(catalogue: Catalogue, name: str) -> bool:
    if name in catalogue.fields:
        return catalogue.fields[name].sensitivity == "sensitive"
    entry = catalogue.indicators.get(name)
    if entry is None:
        return False
    known = [one for one in _names([entry.numerator, entry.denominator]) if one in catalogue.fields]
    return any(_is_sensitive(catalogue, one) for one in known)


def _names(formulas: Iterable[str]) -> list[str]:
    return [name for text in formulas for name in NAME.findall(text)]
