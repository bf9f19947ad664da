"""The dictionary as one HTML file: no internet, a search box, an anchor for every entry."""

from collections.abc import Collection, Sequence
from html import escape
from pathlib import Path

from models.catalogue_model import Catalogue
from pipelines.dictionary.gather import Cell, Row, Section

HERE = Path(__file__).parent
STYLE, SCRIPT = HERE / "page.css", HERE / "page.js"
ID_KEYS = ("id", "name")
"""The key of a row under which other entries refer to it."""


def dictionary_page(catalogue: Catalogue, sections: Sequence[Section]) -> str:
    """Return the page as HTML."""
    return _Page(catalogue, sections).html()


class _Page:
    def __init__(self, catalogue: Catalogue, sections: Sequence[Section]) -> None:
        self._catalogue = catalogue
        self._named = [each for each in sections if each.title is None]
        self._tables = [each for each in sections if each.title is not None]
        self._anchors: Collection[str] = {
            *(anchor for each in self._named for row in each.rows if (anchor := _anchor(row))),
            *(each.id for each in self._tables),
        }

    def html(self) -> str:
        title, style = self._say("title"), STYLE.read_text(encoding="utf-8")
        script = SCRIPT.read_text(encoding="utf-8")
        links = [(each.id, self._say(each.id), len(each.rows)) for each in self._named]
        links.append(("tables", self._say("tables"), len(self._tables)))
        nav = "".join(f'<a href="#{id_}">{zh}<i>{count}</i></a>' for id_, zh, count in links)
        search = (
            f'<input id="find" type="search" autofocus placeholder="{self._say("search")}">'
            '<span id="count"></span>'
        )
        about = self._say("about", hash=self._catalogue.hash[:12])
        body = "".join(self._section(each) for each in self._named) + self._warehouse()
        return (
            '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">'
            f"<title>{title}</title><style>{style}</style></head><body>"
            f"<header><h1>{title}</h1>{search}<nav>{nav}</nav></header>"
            f"<main><p class=about>{about}</p>{body}"
            f'<p id="none" hidden>{self._say("nothing")}</p></main>'
            f'<script>const SAY="{self._say("found")}";{script}</script></body></html>\n'
        )

    def _say(self, name: str, **fills: object) -> str:
        return escape(self._catalogue.say(f"dictionary.{name}", **fills))

    def _section(self, section: Section) -> str:
        title = f'<h2 id="{section.id}">{self._say(section.id)}</h2>'
        return f"<section>{title}{self._grid(section)}</section>"

    def _warehouse(self) -> str:
        return f'<h2 id="tables">{self._say("tables")}</h2>' + "".join(
            f'<section class=table><h3 id="{each.id}">{escape(each.title or "")}'
            f"<code>{each.id}</code></h3>{self._made_of(each)}{self._grid(each)}</section>"
            for each in self._tables
        )

    def _made_of(self, section: Section) -> str:
        if not section.made_of:
            return f"<p class=made>{self._say('loaded')}</p>"
        links = "、".join(self._link(each) for each in section.made_of)
        return f"<p class=made>{self._say('made_of')}{links}</p>"

    def _grid(self, section: Section) -> str:
        keys = list(section.rows[0]) if section.rows else []
        head = "".join(f"<th class={key}>{self._say(f'head_{key}')}</th>" for key in keys)
        # An index has a row for each dimension; links lead to the first.
        anchors = [_anchor(row) for row in section.rows]
        rows = "".join(
            self._row(row, "" if anchor in anchors[:at] else anchor)
            for at, (row, anchor) in enumerate(zip(section.rows, anchors, strict=True))
        )
        return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"

    def _row(self, row: Row, anchor: str) -> str:
        mark = f' id="{escape(anchor)}"' if anchor else ""
        told = {key: _bare(str(cell)) if key == "id" else cell for key, cell in row.items()}
        cells = "".join(f"<td class={key}>{self._cell(cell)}</td>" for key, cell in told.items())
        return f"<tr{mark}>{cells}</tr>"

    def _cell(self, cell: Cell) -> str:
        if isinstance(cell, str):
            return escape(cell).replace("\n", "<br>")
        return " ".join(self._link(each) for each in cell)

    def _link(self, name: str) -> str:
        shown = escape(_bare(name))
        return f'<a href="#{escape(name)}">{shown}</a>' if name in self._anchors else shown


def _anchor(row: Row) -> str:
    return next((str(row[key]) for key in ID_KEYS if key in row), "")


def _bare(name: str) -> str:
    """The name of an entry without its kind."""
    return name.rpartition(":")[2]
