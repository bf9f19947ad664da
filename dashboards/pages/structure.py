"""What another structure changes in a place: who carries on whom, or who is left out and why."""

from collections.abc import Sequence
from typing import Any

from dash import html

from dashboards import tables
from dashboards.pages.visit import Visit
from dashboards.provenance.asked import Asked
from dashboards.provenance.placed import left_out, moved
from dashboards.scopes import Scope
from dashboards.view import AS_REPORTED, TODAY

Lines = list[list[tables.Cell]]


def structure_card(visit: Visit, place: Scope) -> list[html.Section]:
    """A card of the units that stand elsewhere, or that are not the same; none as reported."""
    question, say = visit.question, visit.say
    name = question.under.name
    if name == AS_REPORTED:
        return []
    lines, hidden = (_moved if name == TODAY else _left_out)(visit, place)
    most = question.limits.table_rows
    omitted = max(0, len(lines) - most) + hidden
    note = say("units_omitted", count=omitted) if omitted else ""
    card = tables.table_card(
        "structure",
        say(f"{name}_title", name=place.name),
        [say(f"{name}_{head}") for head in ("unit", "why")],
        lines[:most],
        method=say(f"{name}_method"),
        nothing=say(f"{name}_none"),
        foot=[html.Span(note, className="coverage")] if note else [],
    )
    return [card]


def _asked(visit: Visit, place: Scope, cursor: Any) -> Asked:
    question = visit.question
    return Asked(
        cursor, question.catalogue, place.code, question.view.period, place.level,
        question.reader, under=question.under,
    )  # fmt: skip


def _moved(visit: Visit, place: Scope) -> tuple[Lines, int]:
    names = dict(visit.question.duty.select("unit_code", "unit_name").iter_rows())
    with visit.question.snapshot.connection.cursor() as cursor:
        rows = moved(_asked(visit, place, cursor))
    lines: Lines = [
        [
            f"{row['unit_name']}（{row['unit_code']}）",
            visit.say("today_part", heirs=_named(row["heirs"], names), share=f"{row['part']:.4g}"),
        ]
        for row in rows
    ]
    return lines, 0


def _named(codes: Sequence[str], names: dict[str, str]) -> str:
    return "、".join(names.get(code, code) for code in codes)


def _left_out(visit: Visit, place: Scope) -> tuple[Lines, int]:
    with visit.question.snapshot.connection.cursor() as cursor:
        told = left_out(_asked(visit, place, cursor))
    say = visit.question.catalogue.say
    lines: Lines = [
        [f"{row['unit_name']}（{row['unit_code']}）", say(f"explain.left_{row['why']}")]
        for row in told["left_out"]
    ]
    return lines, told["left_out_hidden"]
