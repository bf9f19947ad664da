"""What no text may show: whatever looks like an identity number or a telephone is hidden in it."""

import re
from functools import cache

from models.catalogue_model import Catalogue

KEPT, STARS = 3, 8


@cache
def _private(catalogue: Catalogue) -> re.Pattern[str]:
    """The pattern of the vocabulary, wherever in a text it is."""
    return re.compile(re.sub(r"\(\?<?!.*?\)", "", catalogue.vocabulary.patterns["ID_OR_MOBILE"]))


def hidden(catalogue: Catalogue, text: str) -> str:
    """The text with such numbers hidden but for their first digits."""
    return _private(catalogue).sub(lambda found: found.group()[:KEPT] + "*" * STARS, text)
