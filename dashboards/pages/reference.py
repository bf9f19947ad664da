"""口径说明: every indicator, index, rule, code list and norm, as the catalogue says it."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any

from dash import dcc, html

from dashboards import provenance
from dashboards.definitions import target_value, who_reports
from dashboards.pages.visit import Visit
from models.catalogue_model import Catalogue
from models.expression import parse, to_chinese
from models.spec.indicator import Indicator
from models.spec.rule import Rule, RuleKind

NORM = re.compile(r"N[0-9]{2}")
FOREIGN = re.compile(r"[A-Za-z]{3,}")
"""What a norm says only in another language is left to its title."""
HOLE = re.compile(r"\{[^}]*\}")
Lines = Sequence[tuple[str, str]]


def reference_page(visit: Visit) -> list[Any]:
    """A search box, and below it everything that can be looked up."""
    say = visit.say
    return [
        visit.head(visit.dashboard.zh, visit.dashboard.lead),
        visit.crumbs([(visit.dashboard.zh, "")]),
        html.Div(
            [
                html.Label(say("search_reference"), htmlFor="search"),
                dcc.Input(id="search", type="search", placeholder=say("search_hint")),
                html.Span(say("search_none"), id="search-none", hidden=True, role="status"),
            ],
            className="search",
            role="search",
        ),
        html.Div([_section(visit, name, list(made)) for name, made in _sections(visit)],
                 className="grid alone reference"),
    ]  # fmt: skip


def _sections(visit: Visit) -> Iterator[tuple[str, Iterable[html.Section]]]:
    yield "indicators", _indicators(visit)
    yield "composites", _composites(visit)
    yield "rules", _rules(visit)
    yield "codes", _codes(visit)
    yield "norms", _norms(visit)


def _section(visit: Visit, name: str, entries: Sequence[Any]) -> html.Section:
    return html.Section(
        [html.H2(visit.say(f"reference_{name}")), *entries], className="card wide", id=name
    )


def _entry(key: str, title: str, lines: Lines, code: str = "") -> html.Section:
    """One thing that can be looked up; `key` is its anchor."""
    parts: list[Any] = []
    for name, text in lines:
        parts += [html.Dt(name), html.Dd(text)]
    head = [html.Span(title), html.Small(code)] if code else [html.Span(title)]
    return html.Section([html.H3(head), html.Dl(parts)], className="entry", id=key)


def _indicators(visit: Visit) -> Iterator[Any]:
    entries = visit.question.catalogue.indicators.values()
    for group, some in groupby(entries, key=lambda one: one.id[:-2]):
        yield html.H3(visit.say(f"group_{group}"), className="group")
        for one in some:
            yield _entry(one.id, one.zh, _of_indicator(visit, one), one.id)


def _of_indicator(visit: Visit, entry: Indicator) -> Lines:
    say, catalogue = visit.say, visit.question.catalogue
    words = provenance.words_of(catalogue)
    top, bottom = (to_chinese(parse(text), words) for text in (entry.numerator, entry.denominator))
    return [
        (say("told_numerator"), top),
        (say("told_denominator"), bottom),
        (say("told_scale"), say(f"scale_{entry.scale}", uom=entry.uom)),
        (say("told_target"), target_value(entry, say)),
        (
            say("told_direction"),
            say(f"direction_{entry.direction}", zero=f"{entry.score_zero_at:g}"),
        ),
        (say("told_source"), _source(entry.target_source, catalogue, say("local_target"))),
        (say("told_who"), who_reports(entry, catalogue, say).partition("：")[2]),
        (say("told_rollup"), say(f"rollup_{entry.rollup}")),
        (say("told_missing"), say(f"base_{entry.base}")),
    ]


def _source(text: str, catalogue: Catalogue, local: str) -> str:
    norms = [catalogue.norms[name].title for name in NORM.findall(text) if name in catalogue.norms]
    return "；".join(norms) or local


def _composites(visit: Visit) -> Iterator[Any]:
    say, catalogue = visit.say, visit.question.catalogue
    steps = [(say(f"method_{name}"), say(f"method_{name}_text")) for name in catalogue.method]
    yield _entry("method", say("method_title"), steps)

    def named(names: Sequence[str]) -> str:
        return say("and").join(catalogue.indicators[name].zh for name in names)

    for composite in catalogue.composites.values():
        parts = [(one.zh, named(one.indicators)) for one in composite.dimensions]
        others = [
            (say("alternative"), one.zh if one.weighs else say("unweighed", name=one.zh))
            for one in composite.alternatives
        ]
        yield _entry(composite.id, composite.zh, [*parts, *others], composite.id)
    for profile in catalogue.profiles.values():
        axes = [(axis.zh, named(axis.indicators)) for axis in profile.axes]
        yield _entry(profile.id, profile.zh, axes, profile.id)


def _rules(visit: Visit) -> Iterator[Any]:
    """Rules by kind; the signs of formality are for reviewers only."""
    sees_all = visit.question.reader.sees_small_groups
    rules = visit.question.catalogue.rules.values()
    for kind in RuleKind:
        some = [rule for rule in rules if rule.kind == kind]
        if some and (sees_all or kind != RuleKind.PERFUNCTORY):
            yield html.H3(visit.say(f"kind_of_rule_{kind.value}"), className="group")
            yield from (_rule(visit, rule) for rule in some)


def _rule(visit: Visit, rule: Rule) -> html.Section:
    say, norms = visit.say, visit.question.catalogue.norms
    lines = [
        (say("told_severity"), say(f"severity_{rule.severity.value}")),
        (say("told_message"), HOLE.sub(say("hole"), rule.message)),
    ]
    if rule.norm and rule.norm in norms:
        lines.append((say("told_norm"), norms[rule.norm].title))
    if rule.since or rule.until:
        lines.append(
            (say("told_valid"), say("from_to", then=rule.since or "", now=rule.until or ""))
        )
    return _entry(rule.id, say("rule_name", rule=rule.id), lines)


def _codes(visit: Visit) -> Iterator[Any]:
    catalogue = visit.question.catalogue
    users: dict[str, list[str]] = {}
    for field in catalogue.fields.values():
        users.setdefault(field.enum or "", []).append(f"{field.zh}（{field.code}）")
    for name, codes in catalogue.codes.items():
        title = users.get(name, [visit.say("code_list")])[0]
        yield _entry(f"code-{name}", title, [(str(code), text) for code, text in codes.items()])


def _norms(visit: Visit) -> Iterator[Any]:
    say = visit.say
    for norm in visit.question.catalogue.norms.values():
        lines = [(say("told_says"), norm.says), (say("told_status"), say(f"norm_{norm.status}"))]
        yield _entry(
            norm.id, norm.title, lines[1:] if FOREIGN.search(norm.says) else lines, norm.id
        )
