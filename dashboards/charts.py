"""The list of charts: one entry each, used alike by pages, exports and briefings."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial

from dashboards import coordination_charts as coordination
from dashboards import (
    duty_charts,
    field_charts,
    finding_lists,
    headlines,
    index_charts,
    index_headlines,
    part_charts,
    ratio_charts,
    wording,
)
from dashboards import mart_charts as marts
from dashboards import mart_headlines as said
from dashboards import monitoring_charts as monitoring
from dashboards import profile_charts as profiles
from dashboards import resource_charts as resources
from dashboards import sharing_charts as sharing
from dashboards.answers import Answer, Question
from dashboards.coverage import coverage
from dashboards.defined import redefined, since
from dashboards.figures import (
    bars,
    dots,
    field_table,
    heatmap,
    levels,
    parts,
    scores,
    spread,
    supply,
)
from dashboards.figures.histories import histories
from dashboards.figures.pareto import pareto
from dashboards.figures.peers import peers
from dashboards.figures.setting import Figure, Setting
from dashboards.figures.shade_table import shade_table
from dashboards.sampled import sampled_lines
from dashboards.structures import EVERY, PLACED, REPORTED
from models.catalogue_model import Catalogue
from models.spec.dashboard import Chart as Entry

Headline = Callable[[Answer, Setting], str | None]


@dataclass(frozen=True)
class Chart:
    """A chart: what it asks, how it is drawn, what is said over it. Its texts are YAML.

    `views` are the structure views that what it asks has.
    """

    id: str
    ask: Callable[[Question], Answer]
    draw: Callable[[Answer, Setting], Figure]
    headline: Headline
    views: frozenset[str] = REPORTED


@dataclass(frozen=True, eq=False)
class Prepared:
    """A chart of one view, ready to be shown, exported or put into a briefing."""

    entry: Entry
    answer: Answer
    setting: Setting
    figure: Figure
    headline: str
    coverage: str
    sampled: Mapping[str, str]


def _rows(draw: Callable[..., Figure], **given: object) -> Callable[[Answer, Setting], Figure]:
    return lambda answer, setting: draw(answer.rows, setting, **given)


def _with_mean(answer: Answer, setting: Setting) -> Figure:
    return dots.ranked_dots(answer.rows, setting, answer.whole)


def _decomposed(chart: str, composite: str) -> Chart:
    return Chart(
        chart,
        partial(index_charts.decomposed, composite=composite),
        _rows(scores.score_table),
        index_headlines.weakest,
        EVERY,
    )


OWN: dict[str, Chart] = {
    chart.id: chart
    for chart in (
        Chart("D0-1", index_charts.overall, _rows(scores.spans), index_headlines.overall, EVERY),
        Chart(
            "D0-2",
            index_charts.side_by_side,
            _rows(scores.score_table),
            index_headlines.tiers,
            EVERY,
        ),
        Chart(
            "D0-3",
            partial(index_charts.axes, profile="P1"),
            _rows(scores.spans),
            index_headlines.ends,
            EVERY,
        ),
        Chart(
            "D0-4",
            partial(index_charts.axes, profile="P2"),
            _rows(scores.spans),
            index_headlines.ends,
            EVERY,
        ),
        Chart(
            "D0-5", index_charts.most_moved, _rows(scores.spans), index_headlines.most_moved, EVERY
        ),
        Chart("D1-1", coordination.level_flow, _rows(parts.level_matrix), headlines.flow),
        Chart("D1-3", marts.partners, _rows(shade_table), said.busiest),
        Chart(
            "D1-4", coordination.sectors, _rows(heatmap.share_heatmap), headlines.sectors, PLACED
        ),
        Chart("D1-6", marts.days, _rows(shade_table), said.days),
        Chart("D1-7", coordination.guidance, _rows(bars.bullet), headlines.guidance, EVERY),
        Chart("D1-8", coordination.feedback, _rows(bars.waterfall), headlines.feedback, PLACED),
        Chart("D1-11", coordination.mirror, _rows(parts.stack, codes="mirror"), headlines.mirror),
        Chart("D2-1", marts.resources, _rows(shade_table), said.neutral),
        Chart("D2-2", marts.flows, _rows(shade_table), said.flow),
        Chart("D2-3", resources.unit_funds, _rows(spread.strip), headlines.unit_funds, EVERY),
        Chart("D2-4", resources.money, _rows(bars.funds), headlines.money, PLACED),
        Chart(
            "D2-5",
            resources.money_lines,
            _rows(parts.stack, codes="fund_budget_line"),
            headlines.money_lines,
            PLACED,
        ),
        Chart("D2-6", resources.venues, _rows(dots.panels), headlines.lowest_of_first, EVERY),
        Chart("D2-7", marts.ties, _rows(shade_table), said.confirmed),
        Chart("D2-10", resources.training, _rows(supply.supply), headlines.training, PLACED),
        Chart(
            "D6-1",
            monitoring.progress,
            _rows(parts.stack, codes="return_state"),
            monitoring.told_progress,
        ),
        Chart("D6-2", monitoring.by_rule, _rows(pareto), monitoring.told_rules),
        Chart("D6-9", finding_lists.by_level, _rows(shade_table), finding_lists.told_levels),
        Chart("D2a-1", sharing.spare_and_need, _rows(shade_table), sharing.told_need),
        Chart("D2a-3", sharing.premises, _rows(shade_table), sharing.told_premises),
        Chart("D3a-1", duty_charts.overdue, _rows(shade_table), duty_charts.told_overdue),
        Chart("D4-3", marts.elections, _rows(shade_table), said.elections),
    )
}


"""Charts that ask a question of their own; every other one is made from its catalogue entry."""


def _gaps(entry: Entry, _: Sequence[str]) -> Chart:
    ask = partial(coordination.gaps, chart=entry.id)
    return Chart(entry.id, ask, _rows(heatmap.gap_heatmap), headlines.gaps, EVERY)


def _panels(entry: Entry, names: Sequence[str]) -> Chart:
    def ask(question: Question) -> Answer:
        return coordination.side_by_side(question, *names)

    return Chart(entry.id, ask, _rows(dots.panels), headlines.lowest_of_first, EVERY)


def _dots(entry: Entry, names: Sequence[str]) -> Chart:
    def ask(question: Question) -> Answer:
        return coordination.ranked(question, names[0], question.row_scopes)

    return Chart(entry.id, ask, _with_mean, headlines.below_whole, EVERY)


def _by_level(entry: Entry, names: Sequence[str]) -> Chart:
    ask = partial(coordination.by_level, indicators=names)
    return Chart(entry.id, ask, _rows(levels.grouped_dots), headlines.relations, EVERY)


def _over_quarters(entry: Entry, names: Sequence[str]) -> Chart:
    ask = partial(resources.over_quarters, indicators=names)
    return Chart(entry.id, ask, _rows(levels.multiples), headlines.moved_level, PLACED)


def _fields(entry: Entry, _: Sequence[str]) -> Chart:
    ask = partial(field_charts.field_table, fields=entry.shows)
    return Chart(entry.id, ask, _rows(field_table.field_table), field_charts.least_usual, PLACED)


def _parts(entry: Entry, _: Sequence[str]) -> Chart:
    ask = partial(part_charts.parts, shown=entry.shows)
    return Chart(entry.id, ask, _rows(parts.shares), part_charts.largest)


def _ratios(entry: Entry, _: Sequence[str]) -> Chart:
    ask = partial(ratio_charts.ratios, columns=entry.columns)
    return Chart(entry.id, ask, _rows(shade_table), ratio_charts.lowest)


def _profile(
    ask: Callable[[Question], Answer],
    draw: Callable[..., Figure],
    views: frozenset[str],
    say: Headline = profiles.told,
) -> Callable[[Entry, Sequence[str]], Chart]:
    """All indicators of one place."""
    return lambda entry, _: Chart(entry.id, ask, _rows(draw), say, views)


KINDS: dict[str, Callable[[Entry, Sequence[str]], Chart]] = {
    "gap_heatmap": _gaps,
    "panels": _panels,
    "dots": _dots,
    "field_table": _fields,
    "grouped_dots": _by_level,
    "multiples": _over_quarters,
    "parts": _parts,
    "ratios": _ratios,
    "peers": _profile(profiles.beside, peers, EVERY),
    "insides": _profile(profiles.inside, peers, EVERY, profiles.told_inside),
    "histories": _profile(profiles.history, histories, PLACED),
    "score_table": lambda entry, _: _decomposed(entry.id, entry.shows[0]),
}
"""How a chart is made from what its entry shows, by `drawn_as`."""


@cache
def charts(catalogue: Catalogue) -> dict[str, Chart]:
    """Every chart that is drawn, by id, in the order of the catalogue."""
    return {
        entry.id: OWN.get(entry.id) or KINDS[entry.drawn_as](entry, _indicators(catalogue, entry))
        for dashboard in catalogue.dashboards.values()
        for entry in dashboard.charts
        if entry.drawn_as
    }


def _indicators(catalogue: Catalogue, entry: Entry) -> list[str]:
    return [name for name in entry.shows if name in catalogue.indicators]


def entries(catalogue: Catalogue, dashboard: str) -> Iterator[Entry]:
    """The charts of a dashboard that are drawn, in the order of the catalogue."""
    return (entry for entry in catalogue.dashboards[dashboard].charts if entry.drawn_as)


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
        tiers=catalogue.compared.tiers,
        since=since(question.snapshot, question.view.period),
    )


def prepare(chart: str, question: Question) -> Prepared:
    """Ask, draw and say, for one chart and one view."""
    entry = entry_of(question.catalogue, chart)
    maker, setting = charts(question.catalogue)[chart], setting_for(question, entry)
    told = question.told_in(maker.views)
    answer = maker.ask(told)
    return Prepared(
        entry=entry,
        answer=answer,
        setting=setting,
        figure=maker.draw(answer, setting),
        headline=maker.headline(answer, setting) or entry.title,
        coverage=coverage(told, answer, setting, question.view.structure)
        + redefined(question.snapshot, question.catalogue, question.view.period, entry.shows)
        + index_charts.unweighed(question.catalogue, entry.shows),
        sampled=sampled_lines(question, entry),
    )
