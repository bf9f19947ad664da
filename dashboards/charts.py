"""The list of charts: one entry each, used alike by pages, exports and briefings."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from dashboards import coordination_charts as coordination
from dashboards import headlines, wording
from dashboards import resource_charts as resources
from dashboards.answers import Answer, Question
from dashboards.figures import bars, dots, heatmap, levels, parts, spread, supply
from dashboards.figures.setting import Figure, Setting
from models.catalogue_model import Catalogue
from models.spec.dashboard import Chart as Entry

Headline = Callable[[Answer, Setting], str | None]


@dataclass(frozen=True)
class Chart:
    """A chart: what it asks, how it is drawn, what is said over it. Its texts are YAML."""

    id: str
    ask: Callable[[Question], Answer]
    draw: Callable[[Answer, Setting], Figure]
    headline: Headline


@dataclass(frozen=True, eq=False)
class Prepared:
    """A chart of one view, ready to be shown, exported or put into a briefing."""

    entry: Entry
    answer: Answer
    setting: Setting
    figure: Figure
    headline: str
    coverage: str


def _rows(draw: Callable[..., Figure], **given: object) -> Callable[[Answer, Setting], Figure]:
    return lambda answer, setting: draw(answer.rows, setting, **given)


def _with_mean(answer: Answer, setting: Setting) -> Figure:
    return dots.ranked_dots(answer.rows, setting, answer.whole)


CHARTS: dict[str, Chart] = {
    chart.id: chart
    for chart in (
        Chart(
            "D1-0",
            partial(coordination.gaps, chart="D1-0"),
            _rows(heatmap.gap_heatmap),
            headlines.gaps,
        ),
        Chart("D1-1", coordination.level_flow, _rows(parts.level_matrix), headlines.flow),
        Chart("D1-2", coordination.on_time, _with_mean, headlines.below_whole),
        Chart("D1-4", coordination.sectors, _rows(heatmap.share_heatmap), headlines.sectors),
        Chart("D1-7", coordination.guidance, _rows(bars.bullet), headlines.guidance),
        Chart("D1-8", coordination.feedback, _rows(bars.waterfall), headlines.feedback),
        Chart("D1-9", coordination.relations, _rows(levels.grouped_dots), headlines.relations),
        Chart("D1-10", coordination.interaction, _rows(dots.panels), headlines.lowest_of_first),
        Chart("D1-11", coordination.mirror, _rows(parts.stack, codes="mirror"), headlines.mirror),
        Chart(
            "D2-0",
            partial(coordination.gaps, chart="D2-0"),
            _rows(heatmap.gap_heatmap),
            headlines.gaps,
        ),
        Chart("D2-3", resources.unit_funds, _rows(spread.strip), headlines.unit_funds),
        Chart("D2-4", resources.money, _rows(bars.funds), headlines.money),
        Chart(
            "D2-5",
            resources.money_lines,
            _rows(parts.stack, codes="fund_budget_line"),
            headlines.money_lines,
        ),
        Chart("D2-6", resources.venues, _rows(dots.panels), headlines.lowest_of_first),
        Chart("D2-8", resources.ties, _rows(dots.panels), headlines.lowest_of_first),
        Chart("D2-9", resources.households, _with_mean, headlines.below_whole),
        Chart("D2-10", resources.training, _rows(supply.supply), headlines.training),
        Chart("D2-11", resources.activities, _rows(levels.multiples), headlines.activities),
    )
}


def entries(catalogue: Catalogue, dashboard: str) -> Iterator[Entry]:
    """The charts of a dashboard that are drawn, in the order of the catalogue."""
    return (entry for entry in catalogue.dashboards[dashboard].charts if entry.id in CHARTS)


def entry_of(catalogue: Catalogue, chart: str) -> Entry:
    """What the catalogue says of a chart."""
    dashboard = chart.partition("-")[0]
    return next(one for one in entries(catalogue, dashboard) if one.id == chart)


def setting_for(question: Question, entry: Entry) -> Setting:
    """The surroundings of one chart."""
    catalogue = question.catalogue
    return Setting(
        say=wording.speaker(catalogue),
        indicators=catalogue.indicators,
        limits=question.limits,
        period=question.view.period,
        compared=question.compared,
        height=entry.height,
        codes=catalogue.codes,
        levels=question.level_names,
        fields={name: field.zh for name, field in catalogue.fields.items()},
    )


def prepare(chart: str, question: Question) -> Prepared:
    """Ask, draw and say, for one chart and one view."""
    entry = entry_of(question.catalogue, chart)
    maker, setting = CHARTS[chart], setting_for(question, entry)
    answer = maker.ask(question)
    return Prepared(
        entry=entry,
        answer=answer,
        setting=setting,
        figure=maker.draw(answer, setting),
        headline=maker.headline(answer, setting) or entry.title,
        coverage=coverage(question, answer, setting),
    )


def coverage(question: Question, answer: Answer, setting: Setting) -> str:
    """The line under a chart: who should have reported, who did, which quarter and view."""
    say = setting.say
    kind = question.snapshot.kinds[question.view.period]
    parts_ = [
        _returns(answer, say),
        wording.period_name(say, question.view.period),
        say("as_reported"),
        say(f"kind_{kind}"),
    ]
    if question.snapshot.is_sample:
        parts_.append(say("sample"))
    if answer.omitted:
        parts_.append(say("omitted", count=answer.omitted))
    return say("separator").join(parts_)


def _returns(answer: Answer, say: wording.Say) -> str:
    text = say("coverage", expected=answer.expected, used=answer.used)
    if answer.counted is None or answer.counted == answer.used:
        return text
    return text + say("counted", count=answer.counted)
