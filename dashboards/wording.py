"""Chinese for what is computed: periods, coverage, units of measure. The words are YAML."""

from typing import Protocol

from models.catalogue_model import Catalogue


class Say(Protocol):
    """Returns a text of `wording/dashboards.yml`, its placeholders filled."""

    def __call__(self, key: str, /, **fills: object) -> str: ...


def speaker(catalogue: Catalogue) -> Say:
    """The texts of the dashboards."""

    def say(key: str, /, **fills: object) -> str:
        return catalogue.say(f"dashboards.{key}", **fills)

    return say


def period_name(say: Say, period: str) -> str:
    """2026Q3 as people say it."""
    return say("period", year=period[:4], quarter=say(f"quarter_{period[-1]}"))


def short_period(say: Say, period: str) -> str:
    """2026Q3 for the ticks of an axis."""
    return say("short_period", year=period[2:4], quarter=period[-1])
