"""Signs of formality (应付信号) name other units: only reviewers are told of them."""

from dashboards.reader import Reader
from models.catalogue_model import Catalogue
from models.spec.rule import RuleKind


def untold_rules(reader: Reader, catalogue: Catalogue) -> list[str]:
    """The rules whose findings this reader must not be told of."""
    if reader.sees_small_groups:
        return []
    return [name for name, rule in catalogue.rules.items() if rule.kind is RuleKind.PERFUNCTORY]
