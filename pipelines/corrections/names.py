"""What a number of a list of changes is, in Chinese: the texts of the catalogue and of the SQL."""

import re
from collections.abc import Iterator, Mapping
from functools import cache

from dashboards.provenance.naming import known_names
from models.catalogue_model import Catalogue
from pipelines.build.run import models_in_order
from pipelines.dictionary.columns import meaning
from pipelines.publish.compared import MARTS

SAID = frozenset(
    ("value", "numerator", "denominator", "units_expected", "units_used", "low", "high", "tier",
     "change")
)  # fmt: skip
"""Parts that codes beside printed numbers have too: said alike."""
JOINED = "/"
OUTSIDE = "outside"
ASIDE = re.compile("[(;:,]")
"""Where a meaning goes on to explain itself."""


def name_of(catalogue: Catalogue, measure: str, name: str) -> str:
    """What a number measures: the mart it is of where the name alone does not say it."""
    title = _titles(catalogue).get(measure)
    if title and name == measure:
        return title
    told = _named(catalogue, measure, name)
    return catalogue.say("explain.of_mart", mart=title, name=told) if title else told


def part_of(catalogue: Catalogue, measure: str, part: str) -> str:
    """Which of its numbers it is: the meaning of the column in the mart."""
    if part in SAID:
        return catalogue.say(f"explain.part_{part}")
    return _parts(catalogue).get((measure, part)) or part


def _named(catalogue: Catalogue, measure: str, name: str) -> str:
    if measure == "count":
        field, _, code = name.partition("=")
        entry = catalogue.fields[field]
        label = catalogue.codes.get(entry.enum or "", {}).get(int(code), code)
        return f"{entry.zh}={label}"
    if measure == "coordination":
        return _kind_of_matter(catalogue, name)
    entry_name, at, line = name.partition("@")
    labels = _labels(catalogue)
    if at:
        return catalogue.say("explain.on_line", name=labels.get(entry_name, entry_name), line=line)
    whole = labels.get(name)
    return whole or JOINED.join(labels.get(each, each) for each in name.split(JOINED))


def _kind_of_matter(catalogue: Catalogue, name: str) -> str:
    direction, initiator, partner, *sector = name.split(JOINED)
    levels = [_level(catalogue, each) for each in (initiator, partner)]
    codes = catalogue.codes
    sectors = [codes["sector"].get(int(each), each) for each in sector]
    return JOINED.join([codes["direction"].get(int(direction), direction), *levels, *sectors])


def _level(catalogue: Catalogue, level: str) -> str:
    where = "explain" if level == OUTSIDE else "dashboards"
    return catalogue.say(f"{where}.level_{level}")


@cache
def _titles(catalogue: Catalogue) -> Mapping[str, str]:
    """Measure -> what its mart is called, of the marts whose names do not say it themselves."""
    models = {model.table: model.zh for model in models_in_order(catalogue)}
    own = {"indicator", "composite", "dimension", "field", "count", "reported"}
    return {mart.measure: _short(models[mart.table]) for mart in MARTS if mart.measure not in own}


@cache
def _parts(catalogue: Catalogue) -> Mapping[tuple[str, str], str]:
    models = {model.table: model for model in models_in_order(catalogue)}
    return {
        (mart.measure, part): _short(meaning(catalogue, models[mart.table], part))
        for mart in MARTS
        for part in mart.parts
        if mart.table in models
    }


def _short(text: str) -> str:
    return ASIDE.split(text)[0]


@cache
def _labels(catalogue: Catalogue) -> Mapping[str, str]:
    return dict(_entries(catalogue))


def _entries(catalogue: Catalogue) -> Iterator[tuple[str, str]]:
    """Everything with an id and a name."""
    yield from known_names(catalogue).items()
    for composite in catalogue.composites.values():
        yield from ((each.id, each.zh) for each in composite.dimensions)
    for profile in catalogue.profiles.values():
        axes = enumerate(profile.axes, start=1)
        yield from ((f"{profile.id}.{number}", axis.zh) for number, axis in axes)
    for resource in catalogue.resources.resources:
        yield resource.id, resource.zh
        roles = ((f"{resource.id}/{each.role}", each.zh) for each in resource.measures)
        yield from roles
    for duty in catalogue.duties.duties:
        yield duty.id, duty.zh
