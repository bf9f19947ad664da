"""Definitions in Chinese, and the fields that a formula reads."""

from typing import Any

from models.catalogue_model import Catalogue
from models.expression import Words, parse, to_chinese
from models.names import Names
from models.spec.indicator import Indicator


def formula(catalogue: Catalogue, indicator: Indicator) -> str:
    """The indicator's definition in Chinese."""
    words = words_of(catalogue)
    top, bottom = (
        to_chinese(parse(t), words) for t in (indicator.numerator, indicator.denominator)
    )
    return catalogue.say("explain.formula", top=top, bottom=bottom, scale=indicator.scale)


def words_of(catalogue: Catalogue) -> Words:
    """How formulas name fields: label with code; lists by their sheet; facts by their name."""
    names = Names(catalogue)
    facts = {fact.name: fact.zh for fact in catalogue.vocabulary.facts}

    def label(name: str) -> str:
        if name in catalogue.aliases:
            return catalogue.aliases[name].zh
        if name in facts:
            return facts[name]
        field = names.field(name)
        return f"{field.zh}({field.code})"

    def codes(name: str) -> Any:
        return None if name in facts else catalogue.codes.get(names.field(name).enum or "")

    return Words(label=label, codes=codes, say=catalogue.say)


def fields_read(indicator: Indicator) -> set[str]:
    """The fields that its formulas read, in this quarter or an earlier one."""
    names = parse(indicator.numerator).names() | parse(indicator.denominator).names()
    bare = {name.removeprefix("ytd(").removesuffix(")") for name in names}
    return {name.removeprefix("prev.") for name in bare if not name.startswith("sys.")}


def first_quarter(indicator: Indicator, period: str) -> str:
    """The earliest quarter that its formulas read for a value of this quarter."""
    text = indicator.numerator + indicator.denominator
    if "ytd(" in text:
        return f"{period[:4]}Q1"
    return _previous(period) if "prev." in text else period


def _previous(period: str) -> str:
    year, quarter = int(period[:4]), int(period[5])
    return f"{year}Q{quarter - 1}" if quarter > 1 else f"{year - 1}Q4"
