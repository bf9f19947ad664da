"""The drill: the units of one county with their values and where each stands to its target."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import polars as pl

from dashboards.answers import Question, judged
from dashboards.figures import labels
from dashboards.judgement import MARKS, REACHED
from dashboards.scopes import Scope, within
from dashboards.tables import Cell
from dashboards.wording import Say

Link = Callable[[str, str], str]
"""Where a unit, or one of its indicators, is looked at."""


def no_link(unit: str, indicator: str) -> str:
    """In a file nothing leads on."""
    del unit, indicator
    return ""


@dataclass(frozen=True)
class UnitTable:
    """Heads and lines of the table; `rows` is the same in long form, for the export."""

    heads: list[str]
    lines: list[list[Cell]]
    rows: pl.DataFrame
    omitted: int


def unit_table(
    question: Question, shown: tuple[str, ...], say: Say, link: Link = no_link
) -> UnitTable:
    """One line a unit, those with most missed targets first."""
    inside = within(question.view, question.duty)
    scopes = [
        Scope("unit", row["unit_code"], row["unit_name"], row["county_code"])
        for row in inside.iter_rows(named=True)
    ]
    names = [name for name in shown if name in question.catalogue.indicators]
    rows = judged(question, names, scopes).join(
        inside.select(scope="unit_code", level="level"), on="scope", maintain_order="left"
    )
    missed = (pl.col("status") == "missed").sum().over("scope")
    ordered = rows.with_columns(missed=missed).sort("missed", descending=True, maintain_order=True)
    most = question.limits.table_rows
    parts = [part.to_dicts() for part in ordered.iter_slices(max(1, len(names)))]
    return UnitTable(
        _heads(names, question, say),
        [_line(part, question, say, link) for part in parts[:most]],
        ordered.drop("missed"),
        max(0, len(parts) - most),
    )


def _heads(names: list[str], question: Question, say: Say) -> list[str]:
    first = [say(f"{name}_column") for name in ("unit", "level", "missed")]
    return first + [question.catalogue.indicators[name].zh.split("(")[0] for name in names]


def _line(part: list[dict[str, Any]], question: Question, say: Say, link: Link) -> list[Cell]:
    first = part[0]
    level = question.level_names[first["level"]]
    return [
        (first["name"], "", link(first["scope"], "")),
        level,
        str(first["missed"]),
        *(_cell(row, question, say, link) for row in part),
    ]


def _cell(row: dict[str, Any], question: Question, say: Say, link: Link) -> Cell:
    if row["status"] not in REACHED:
        return say(f"status_{row['status']}"), "blank"
    decimals = question.catalogue.indicators[row["indicator"]].decimals
    text = labels.brief(row["value"], decimals)
    return f"{MARKS[row['status']]}{text}", row["status"], link(row["scope"], row["indicator"])
