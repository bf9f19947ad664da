"""What the value of an indicator rests on, as a mark: two quarters compare only under one mark."""

import hashlib
import json

from models.catalogue_model import Catalogue
from models.expression import parse
from models.names import deep_reads
from models.spec.indicator import Indicator

LENGTH = 16


def mark_of(catalogue: Catalogue, indicator: Indicator) -> str:
    """Changes when formula, computed fields in it, scale, way of adding up or units asked change.

    Titles and targets are left out: they do not change what a value is.
    """
    names = parse(indicator.numerator).names() | parse(indicator.denominator).names()
    computed = {
        name: catalogue.fields[name].formula
        for name in sorted(deep_reads(names, catalogue))
        if catalogue.fields[name].formula
    }
    said = [
        *(indicator.numerator, indicator.denominator, indicator.scale),
        *(indicator.rollup, indicator.base, sorted(catalogue.kinds_with(indicator)), computed),
    ]
    text = json.dumps(said, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:LENGTH]
