"""Components as plain HTML: for a page of thousands of parts, which Dash would draw one by one."""

from html import escape
from typing import Any

from dash.development.base_component import Component

RENAMED = {"className": "class", "htmlFor": "for", "tabIndex": "tabindex"}
TAGS = {"Link": "a"}
EMPTY = frozenset({"input"})

PAGE = """<!DOCTYPE html>
<html lang="zh-CN">
<head><meta charset="UTF-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title><link rel="stylesheet" href="/assets/style.css"></head>
<body>{body}<script src="/assets/navigate.js"></script></body>
</html>"""


def page(title: str, *parts: Any) -> str:
    """A whole page with the style of the site."""
    return PAGE.format(title=escape(title), body="".join(map(to_html, parts)))


def to_html(part: Any) -> str:
    """A component and all that is in it. What is text is escaped."""
    if part is None:
        return ""
    if isinstance(part, list | tuple):
        return "".join(map(to_html, part))
    if not isinstance(part, Component):
        return escape(str(part))
    props: dict[str, Any] = part.to_plotly_json()["props"]  # type: ignore[no-untyped-call]
    tag = TAGS.get(part._type, part._type.lower())  # noqa: SLF001 Dash has no other name for it
    opened = f"<{tag}{_attributes(props)}>"
    return opened if tag in EMPTY else f"{opened}{to_html(props.get('children'))}</{tag}>"


def _attributes(props: dict[str, Any]) -> str:
    said = ""
    for name, value in props.items():
        if name == "children" or value is None or value is False:
            continue
        key = RENAMED.get(name, name)
        said += f" {key}" if value is True else f' {key}="{escape(str(value))}"'
    return said
