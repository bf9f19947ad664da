"""Where a target stands in a picture: a line, or the band between its two ends."""

from typing import Any

from dashboards import theme
from dashboards.figures import labels
from dashboards.figures.layout import upright
from dashboards.figures.setting import Setting
from models.spec.indicator import Indicator


def goal_of(entry: Indicator) -> float:
    """Where the target line stands: at the target, or where the band begins."""
    return entry.target_band[0] if entry.target_band else entry.target or 0.0


def goal_ends(entry: Indicator) -> tuple[float, ...]:
    """What an axis has to reach so that the target is in the picture."""
    return entry.target_band or (goal_of(entry),)


def goal_shape(entry: Indicator, **given: Any) -> dict[str, Any]:
    """A dashed line, or the band."""
    if not entry.target_band:
        return upright(goal_of(entry), theme.TARGET, "dash", **given)
    low, high = entry.target_band
    area = {"x0": low, "x1": high, "y0": 0, "y1": 1, "yref": "paper", "line": {"width": 0}}
    return {"type": "rect", "fillcolor": theme.BAND, "layer": "below", **area, **given}


def goal_text(entry: Indicator, setting: Setting) -> str:
    """The target in figures: one, or both ends."""
    ends = [labels.brief(end, 1) for end in goal_ends(entry)]
    return ends[0] if len(ends) == 1 else setting.say("goal_band", low=ends[0], high=ends[1])


def goal_key(entry: Indicator, setting: Setting) -> dict[str, Any]:
    """The band in the legend."""
    return {
        "type": "scatter",
        "mode": "markers",
        "name": setting.say("legend_goal", target=goal_text(entry, setting), uom=entry.uom),
        "x": [None],
        "y": [None],
        "marker": {"symbol": "square", "size": 13, "color": theme.BAND},
        "showlegend": True,
    }
