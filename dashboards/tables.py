"""Tables on a page: a card with heads, lines, and what is said when there is nothing."""

from collections.abc import Callable, Sequence
from typing import Any

from dash import dcc, html

Cell = str | tuple[str, str] | tuple[str, str, str]
"""A text; with a class (its colour and shape); with a link."""


def _named(text: str) -> dict[str, Any]:
    """What a screen reader says of a part."""
    return {"aria-label": text}


def table_card(
    key: str,
    title: str,
    heads: Sequence[str],
    lines: Sequence[Sequence[Cell]],
    *,
    method: str = "",
    nothing: str = "",
    foot: Sequence[Any] = (),
    look: str = "words",
    kicker: Sequence[Any] = (),
    after: str = "",
    file: Callable[[str], Any] | None = None,
) -> html.Section:
    """A table in a card of its own; without lines it says so. `look`: words, or numbers.

    `kicker` stands over the title, `after` below the table; `file` makes, from the key of the card,
    the link to all lines, where there are any.
    """
    below = [*foot, *([file(key)] if file and lines else [])]
    body = _table(title, heads, lines) if lines else html.P(nothing, className="nothing")
    return html.Section(
        className=f"card wide units {look}",
        id=key,
        **_named(title),
        children=[
            *([html.Div(list(kicker), className="kicker")] if kicker else []),
            html.H2(title),
            *([html.P(method, className="method")] if method else []),
            body,
            *([html.P(after, className="after")] if after else []),
            *([html.Div(below, className="foot")] if below else []),
        ],
    )


def _table(title: str, heads: Sequence[str], lines: Sequence[Sequence[Cell]]) -> html.Div:
    return html.Div(
        html.Table(
            [
                html.Thead(html.Tr([html.Th(head, scope="col") for head in heads])),
                html.Tbody([html.Tr([_cell(cell) for cell in line]) for line in lines]),
            ]
        ),
        className="scroll",
        tabIndex=0,
        role="group",
        **_named(title),
    )


def _cell(cell: Cell) -> html.Td:
    if isinstance(cell, str):
        return html.Td(cell)
    text, look, *link = cell
    if link and link[0]:
        return html.Td(dcc.Link(text, href=link[0]), className=look)
    return html.Td(text, className=look)


def facts(pairs: Sequence[tuple[str, Any]], key: str = "facts") -> html.Section:
    """Names and what they are, a line each."""
    parts: list[Any] = []
    for name, value in pairs:
        parts += [html.Dt(name), html.Dd(value)]
    return html.Section(html.Dl(parts), className="card wide facts", id=key)


def message(title: str, *lines: str | dcc.Link) -> html.Section:
    """A card that says why there is nothing to show."""
    return html.Section([html.H2(title), *(html.P(line) for line in lines)], className="card empty")
