"""Components as plain HTML: a browser draws thousands of parts at once, Dash one by one."""

from dataclasses import dataclass
from html import escape
from typing import Any

from dash import dcc
from dash.development.base_component import Component
from plotly.io.json import to_json_plotly

RENAMED = {"className": "class", "htmlFor": "for", "tabIndex": "tabindex"}
EMPTY = frozenset({"input"})
LINK = "data-inside"
"""Marks a link between pages: it is followed without loading the site again."""
IN_SCRIPT = {ord(char): f"\\u{ord(char):04x}" for char in "<>&\u2028\u2029"}
"""Inside a script nothing is read as markup: what could end it is written as JSON may write it."""
STYLES = ("style.css",)
SCRIPTS = ("draw.js", "navigate.js")

PAGE = """<!DOCTYPE html>
<html lang="zh-CN">
<head><meta charset="UTF-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>{styles}</head>
<body>{body}{scripts}</body>
</html>"""


@dataclass(frozen=True)
class Rows:
    """A table of nothing but text: written at once, cells by the thousand."""

    heads: tuple[str, ...]
    lines: tuple[tuple[str, ...], ...]

    def to_plotly_json(self) -> dict[str, Any]:
        """What it holds, as the components around it tell theirs."""
        return {"type": "Rows", "props": {"heads": self.heads, "lines": self.lines}}

    def to_html(self) -> str:
        heads = "".join(f'<th scope="col">{escape(head)}</th>' for head in self.heads)
        lines = "".join(
            f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in line)}</tr>"
            for line in self.lines
        )
        return f"<table><thead><tr>{heads}</tr></thead><tbody>{lines}</tbody></table>"


def page(title: str, *parts: Any, assets: str = "/assets/", library: str = "") -> str:
    """A whole page with the style of the site; `library` draws its figures, if it has any."""
    scripts = (*([library] if library else []), *SCRIPTS)
    return PAGE.format(
        title=escape(title),
        styles="".join(f'<link rel="stylesheet" href="{assets}{name}">' for name in STYLES),
        body="".join(map(to_html, parts)),
        scripts="".join(f'<script src="{assets}{name}"></script>' for name in scripts),
    )


def to_html(part: Any) -> str:
    """A component and all that is in it. What is text is escaped."""
    if part is None:
        return ""
    if isinstance(part, list | tuple):
        return "".join(map(to_html, part))
    if isinstance(part, Rows):
        return part.to_html()
    if not isinstance(part, Component):
        return escape(str(part))
    if isinstance(part, dcc.Graph):
        return _graph(part)
    props: dict[str, Any] = part.to_plotly_json()["props"]  # type: ignore[no-untyped-call]
    is_link = isinstance(part, dcc.Link)
    tag = "a" if is_link else part._type.lower()  # noqa: SLF001 Dash has no other name for it
    opened = f"<{tag}{f' {LINK}' if is_link else ''}{_attributes(props)}>"
    return opened if tag in EMPTY else f"{opened}{to_html(props.get('children'))}</{tag}>"


def _graph(graph: dcc.Graph) -> str:
    """A figure as the data it is made from: it is drawn when it comes near the view."""
    props: dict[str, Any] = graph.to_plotly_json()["props"]  # type: ignore[no-untyped-call]
    drawn = {"figure": props["figure"], "config": props.get("config", {})}
    data = to_json_plotly(drawn).translate(IN_SCRIPT)
    style = _attributes({"style": props.get("style")})
    return f'<div class="graph"{style}><script type="application/json">{data}</script></div>'


def _attributes(props: dict[str, Any]) -> str:
    said = ""
    for name, value in props.items():
        if name == "children" or value is None or value is False:
            continue
        key = RENAMED.get(name, name)
        text = _style(value) if name == "style" else str(value)
        said += f" {key}" if value is True else f' {key}="{escape(text)}"'
    return said


def _style(style: dict[str, Any]) -> str:
    return ";".join(f"{name}:{value}" for name, value in style.items())
