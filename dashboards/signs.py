"""Signs of formality (应付信号) name other units: only reviewers are told of them."""

import polars as pl

from dashboards.reader import Reader
from models.catalogue_model import Catalogue
from models.spec.rule import RuleKind


def untold_rules(reader: Reader, catalogue: Catalogue) -> list[str]:
    """The rules whose findings this reader must not be told of."""
    if reader.sees_small_groups:
        return []
    return [name for name, rule in catalogue.rules.items() if rule.kind is RuleKind.PERFUNCTORY]


def unnamed(messages: pl.Series, others: list[str], catalogue: Catalogue) -> pl.Series:
    """Messages without the names of units that the reader must not be told of."""
    instead = catalogue.say("sign_in.other_unit")
    return messages.str.replace_many(others, [instead] * len(others)) if others else messages
