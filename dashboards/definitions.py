"""口径说明: what stands behind the ⓘ of a chart, told by the catalogue."""

import re

from dashboards.privacy import NAME
from dashboards.wording import Say
from models.catalogue_model import Catalogue
from models.spec.dashboard import Chart
from models.spec.duty import RegularDuty
from models.spec.indicator import Indicator
from models.spec.resource import Resource

OPERATORS = {" * ": "×", " / ": "÷", " + ": "＋", " - ": "－"}
LATIN = re.compile(r"[A-Za-z_]")
QUARTERS_A_YEAR = 4
DUTIES, RESOURCES = "duties.*", "resources.*"
"""What a chart shows that is no indicator: all duties, all resources that are matched."""


def shown_by(entry: Chart, catalogue: Catalogue) -> list[Indicator]:
    """The indicators of a chart."""
    return [catalogue.indicators[name] for name in entry.shows if name in catalogue.indicators]


def definition(entry: Chart, catalogue: Catalogue, say: Say) -> list[tuple[str, list[str]]]:
    """For every indicator of a chart its name and lines: target, formula, who reports it."""
    shown = shown_by(entry, catalogue)
    return [(one.zh, indicator_lines(one, catalogue, say)) for one in shown]


def terms(entry: Chart, catalogue: Catalogue, say: Say) -> list[tuple[str, list[str]]]:
    """What a table shows besides indicators: duties by their norms, resources by who is in need."""
    found: list[tuple[str, list[str]]] = []
    if DUTIES in entry.shows:
        found += [(duty.zh, _duty_lines(duty, catalogue, say)) for duty in catalogue.duties.duties]
    if RESOURCES in entry.shows:
        matched = [one for one in catalogue.resources.resources if one.matching]
        found += [(one.zh, _matching_lines(one, say)) for one in matched]
    return found


def _duty_lines(duty: RegularDuty, catalogue: Catalogue, say: Say) -> list[str]:
    formulas = [
        say(f"told_{name}", formula=text)
        for name, formula in (("expected", duty.expected), ("done", duty.done))
        if (text := _in_chinese(formula, catalogue)) is not None and not text.isdigit()
    ]
    cadence = catalogue.say(f"cli.cadence_{duty.cadence}")
    by = catalogue.norms[duty.norm].title if duty.norm else say("no_norm")
    return [*formulas, say("told_cadence", cadence=cadence, uom=duty.uom), say("told_by", norm=by)]


def _matching_lines(resource: Resource, say: Say) -> list[str]:
    matching = resource.matching
    if matching is None:
        return []
    has = matching.has.format(amount="N")
    return [
        say("told_has", has=has),
        say("told_lacks", lacks=matching.lacks),
        say("told_most", most=matching.at_most),
        *([say("told_pooled")] if matching.pooled else []),
    ]


def indicator_lines(indicator: Indicator, catalogue: Catalogue, say: Say) -> list[str]:
    """Target, formula where it reads as plain Chinese, and who reports when."""
    formula = formula_text(indicator, catalogue, say)
    lines = [target_text(indicator, say), *([formula] if formula else [])]
    return [*lines, who_reports(indicator, catalogue, say)]


def target_text(indicator: Indicator, say: Say) -> str:
    uom = indicator.uom
    if indicator.target_band:
        low, high = indicator.target_band
        return say("target_band", low=f"{low:g}", high=f"{high:g}", uom=uom)
    key = "target_low" if indicator.direction == "lower_is_better" else "target_line"
    return say(key, target=f"{indicator.target:g}", uom=uom)


def target_value(indicator: Indicator, say: Say) -> str:
    """The target without the word before it, for a column that is headed so."""
    return target_text(indicator, say).partition("：")[2]


def formula_text(indicator: Indicator, catalogue: Catalogue, say: Say) -> str | None:
    """The formula with Chinese names, or nothing where it needs more than arithmetic."""
    top = _in_chinese(indicator.numerator, catalogue)
    bottom = _in_chinese(indicator.denominator, catalogue)
    if top is None or bottom is None or bottom == "1":
        return None
    key = "formula" if indicator.scale == 1 else "formula_scaled"
    return say(key, top=top, bottom=bottom, scale=indicator.scale)


def _in_chinese(formula: str, catalogue: Catalogue) -> str | None:
    fields = catalogue.fields
    text = NAME.sub(lambda found: fields[found[0]].zh if found[0] in fields else found[0], formula)
    for sign, shown in OPERATORS.items():
        text = text.replace(sign, shown)
    if LATIN.search(text):
        return None
    return f"（{text}）" if any(shown in text for shown in OPERATORS.values()) else text


def who_reports(indicator: Indicator, catalogue: Catalogue, say: Say) -> str:
    """Which levels or kinds of unit report it, and in which quarters."""
    kinds = indicator.only or [level.value for level in indicator.levels]
    names = {**{key: zh for key, (_, zh) in catalogue.levels.items()},
             **{key: zh for key, (_, zh) in catalogue.unit_kinds.items()}}  # fmt: skip
    when = say("every_quarter")
    if len(indicator.quarters) < QUARTERS_A_YEAR:
        parts = (say(f"quarter_{number}")[0] for number in indicator.quarters)
        when = say("some_quarters", quarters=say("and").join(parts))
    return say("who", levels=say("and").join(names[kind] for kind in kinds), quarters=when)
