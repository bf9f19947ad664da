"""The page on which one signs in: plain HTML, no script."""

from html import escape
from typing import Any

from dash import dcc, html

from dashboards.plain import to_html
from dashboards.reader import Reader
from models.catalogue_model import Catalogue

PAGE = """<!DOCTYPE html>
<html lang="zh-CN">
<head><meta charset="UTF-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title><link rel="stylesheet" href="/assets/style.css"></head>
<body>{body}</body>
</html>"""
ADDRESS, LEAVING = "/denglu", "/tuichu"
LONGEST_NAME, LONGEST_PASSWORD = 60, 200


def sign_in_page(catalogue: Catalogue, onward: str, name: str = "", wrong: str = "") -> str:
    """The form; `onward` is where it leads, `wrong` what went wrong the last time."""

    def say(key: str) -> str:
        return catalogue.say(f"sign_in.{key}")

    bar = html.Header(
        [
            html.Strong(catalogue.say("dashboards.site"), className="brand"),
            html.Span(catalogue.say("dashboards.site_long"), className="tagline"),
            html.Span(catalogue.say("dashboards.header_note"), className="bar-note"),
        ],
        className="bar",
    )
    said = [html.P(wrong, className="wrong", role="alert")] if wrong else []
    form = html.Form(
        [
            *_typed("name", say("name"), "text", name, "username", LONGEST_NAME),
            *_typed("password", say("password"), "password", "", "current-password",
                    LONGEST_PASSWORD),
            dcc.Input(type="hidden", name="next", value=onward),
            html.Button(say("go"), type="submit"),
        ],
        action=ADDRESS,
        method="post",
        className="sign-in",
    )  # fmt: skip
    card = [html.H1(say("title")), *said, form, html.P(say("forgotten"), className="method")]
    main = html.Main(html.Section(card, className="card empty"), id="page")
    title = f"{say('title')} {catalogue.say('dashboards.site')}"
    return PAGE.format(title=escape(title), body=to_html([bar, main]))


def _typed(
    name: str, label: str, kind: Any, value: str, fills: str, longest: int
) -> tuple[html.Label, dcc.Input]:
    asked = dcc.Input(
        id=name,
        name=name,
        type=kind,
        value=value or None,
        required=True,
        autoComplete=fills,
        autoFocus=name == "name",
        maxLength=longest,
    )
    return html.Label(label, htmlFor=name), asked


def who_is_there(catalogue: Catalogue, name: str | None, reader: Reader) -> list[Any]:
    """The end of the bar: who is signed in, with what rights, and the way out."""
    if name is None:
        return [html.Span(catalogue.say("sign_in.none"), className="who")]
    text = catalogue.say("sign_in.who", name=name, rights=rights_text(catalogue, reader))
    leave = html.Button(catalogue.say("sign_in.leave"), type="submit")
    return [html.Form([html.Span(text), leave], action=LEAVING, method="post", className="who")]


def rights_text(catalogue: Catalogue, reader: Reader) -> str:
    """A role in words, with its places: a county by name, a unit by its code."""
    names = {
        catalogue.structure.city.code: catalogue.say("dashboards.city_organs"),
        **catalogue.counties,
    }
    counties = [names.get(code, code) for code in sorted(reader.counties or ())]
    places = sorted(reader.units) if reader.units is not None else counties
    role = catalogue.say(f"sign_in.role_{reader.role}")
    return " ".join([role, *places])
