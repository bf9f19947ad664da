"""A table of a page as a file: the page is made with every line, and its table is written out."""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs

from dash.development.base_component import Component
from flask import Response

from dashboards import exports, workbooks
from dashboards.reader import Reader
from dashboards.site import Site
from dashboards.snapshots import NothingPublishedError
from dashboards.wording import period_name

NUMBER = re.compile(r"-?(?:0|[1-9]\d*|[1-9]\d{0,2}(?:,\d{3})+)(?:\.\d+)?")
LONGEST = 12
"""Characters from which on digits are a code, which is not summed; so is what starts with 0."""


def respond(site: Site, path: str, search: str, reader: Reader) -> Response:
    """Answer with the table whose card is named in the search, as its page shows it."""
    try:
        question = site.question(search, reader)
    except NothingPublishedError:
        return exports.plain_answer(site.say("empty_title"), 404)
    page = site.page(path, search, reader, is_whole=True)
    name = parse_qs(search).get("card", [""])[-1]
    card = next((one for one in _within(page, "Section") if getattr(one, "id", "") == name), None)
    lines = [] if card is None else [_cells(row) for row in _within(card, "Tr")]
    if not lines:
        return exports.plain_answer(site.say("not_found"), 404)
    about, title = (_text(next(_within(part, tag))) for part, tag in ((page, "H1"), (card, "H2")))
    header = [
        site.say("export_unit", scope=about),
        site.say("export_period", period=period_name(site.say, question.view.period)),
        site.say("export_at", at=workbooks.time_text(site.clock(), site.say)),
    ]
    heads, *rows = lines
    data = workbooks.write(title, header, heads, [list(map(_value, row)) for row in rows], site.say)
    named = title if about in title else f"{about}_{title}"
    return exports.file_answer(data, named, question, "xlsx")


def _within(part: Any, kind: str) -> Iterator[Any]:
    """The components of a kind inside a part, in the order in which they are read."""
    if isinstance(part, list | tuple):
        for one in part:
            yield from _within(one, kind)
    elif isinstance(part, Component):
        if part._type == kind:  # noqa: SLF001 Dash has no other name for it
            yield part
        yield from _within(getattr(part, "children", None), kind)


def _text(part: Any) -> str:
    if isinstance(part, list | tuple):
        return "".join(map(_text, part))
    if isinstance(part, Component):
        return _text(getattr(part, "children", None))
    return "" if part is None else str(part)


def _cells(row: Any) -> list[str]:
    return [_text(cell) for cell in getattr(row, "children", None) or ()]


def _value(text: str) -> workbooks.Cell:
    """A number as a number, so that it can be summed; everything else as it is read."""
    bare = text.replace(",", "")
    is_number = NUMBER.fullmatch(text) and len(bare) < LONGEST
    return float(bare) if is_number else text
