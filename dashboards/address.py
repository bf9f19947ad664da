"""The addresses of places: `/unit/<code>` and `/county/<code>`, and below them an indicator."""

from dataclasses import dataclass
from urllib.parse import unquote


@dataclass(frozen=True)
class Address:
    """A path taken apart: the page, what it is about, and what of that."""

    page: str
    subject: str | None = None
    detail: str | None = None
    is_known: bool = True


def read_path(path: str) -> Address:
    """Take `/unit/330702210003/COO01` apart; longer ones are of no page."""
    parts = [unquote(part) for part in path.strip("/").split("/")]
    first, subject, detail, *more = [*parts, "", "", ""]
    return Address(f"/{first}", subject or None, detail or None, not any(more))


def unit_path(unit: str, indicator: str = "") -> str:
    return f"/unit/{unit}/{indicator}".rstrip("/")


def county_path(county: str, indicator: str = "") -> str:
    return f"/county/{county}/{indicator}".rstrip("/")


def indicator_path(scope_level: str, scope: str, indicator: str) -> str:
    """Where an indicator of a place is followed further down; nothing for those without a page."""
    if not scope:
        return ""
    if scope_level == "unit":
        return unit_path(scope, indicator)
    county = scope.partition("/")[0] if scope_level in {"county", "county_level"} else ""
    return county_path(county, indicator) if county else ""
