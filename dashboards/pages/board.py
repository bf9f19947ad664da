"""A page: the charts of one dashboard in one view, and the units once a county is chosen."""

from collections.abc import Callable, Sequence
from typing import Any

from dash import html

from dashboards import components, units, wording
from dashboards.answers import Question
from dashboards.charts import Prepared, entries
from dashboards.view import view_search
from models.spec.dashboard import Dashboard

Prepare = Callable[[str, Question], Prepared]


def board(question: Question, dashboard: Dashboard, prepare: Prepare) -> list[Any]:
    """Breadcrumb, headline cards, units table."""
    say = wording.speaker(question.catalogue)
    search = view_search(question.view, question.snapshot.periods)
    shown = [prepare(entry.id, question) for entry in entries(question.catalogue, dashboard.id)]
    cards = [components.card(one, search, question.catalogue) for one in shown]
    if question.view.county and set(shown[0].entry.shows) & set(question.catalogue.indicators):
        cards.insert(1, _units(question, dashboard, shown[0], search))
    return [
        html.Div(
            [html.H1(dashboard.zh), html.P(dashboard.lead), *_marks(question, say)],
            className="head",
        ),
        _crumbs(question, dashboard, say),
        html.Div(cards, className="grid"),
    ]


def _marks(question: Question, say: wording.Say) -> list[Any]:
    """What nobody may overlook: a draft, and data that are not real."""
    kind = question.snapshot.kinds[question.view.period]
    sample = [say("sample")] if question.snapshot.is_sample else []
    return [html.Span(text, className="mark") for text in (say(f"kind_{kind}"), *sample)]


def _crumbs(question: Question, dashboard: Dashboard, say: wording.Say) -> Any:
    back = view_search(question.view.over(None), question.snapshot.periods)
    return components.breadcrumb(question.view, question.whole_name, f"{dashboard.path}{back}", say)


def _units(question: Question, dashboard: Dashboard, first: Prepared, search: str) -> Any:
    say = first.setting.say
    table = units.unit_table(question, first.entry.shows, say)
    note = say("separator") + say("units_omitted", count=table.omitted) if table.omitted else ""
    return components.units_table(
        say("units_title", name=question.whole_name),
        table.heads,
        table.lines,
        method=say("units_method"),
        coverage=first.coverage + note,
        export=say("export_xlsx"),
        href=f"/export/units-{dashboard.id}.xlsx{search}",
    )


def paths(dashboards: Sequence[Dashboard]) -> dict[str, Dashboard]:
    """The pages there are."""
    return {one.path: one for one in dashboards if one.path}
