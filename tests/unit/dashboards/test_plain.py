"""Components as HTML: no name of a unit, however it is written, becomes markup or a script."""

import json
from html.parser import HTMLParser

import pytest
from dash import dcc, html

from dashboards.plain import page, to_html

HOSTILE = (
    "</script><script>alert(1)</script>",
    "<!--<script>",
    "]]><img src=x onerror=alert(1)>",
    "\u2028\u2029",
    "\"'><b>&amp;&lt;",
)


class Read(HTMLParser):
    """What a browser makes of markup: its tags, and what stands in its scripts."""

    def __init__(self, markup):
        super().__init__()
        self.tags, self.scripts = [], []
        self.feed(markup)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        if self.tags and self.tags[-1][0] == "script":
            self.scripts.append(data)


def graph_of(name):
    figure = {"data": [{"type": "bar", "x": [1], "hovertext": [name]}], "layout": {"title": name}}
    return dcc.Graph(figure=figure, config={"locale": name})


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_in_a_figure_neither_ends_its_script_nor_is_changed(name):
    markup = to_html(graph_of(name))
    data = markup.partition(">")[2].partition(">")[2].partition("</script>")[0]
    assert not set(data) & set("<>&\u2028\u2029")
    read = Read(markup)
    assert [tag for tag, _ in read.tags] == ["div", "script"]
    drawn = json.loads("".join(read.scripts))
    assert drawn["figure"]["data"][0]["hovertext"] == [name]
    assert drawn["figure"]["layout"]["title"] == drawn["config"]["locale"] == name


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_in_text_link_title_or_attribute_stays_a_name(name):
    markup = page(name, html.P(name, title=name), dcc.Link(name, href=f"/unit/{name}"))
    tags = [tag for tag, _ in Read(markup).tags]
    assert tags == ["html", "head", "meta", "meta", "title", "link", "body", "p", "a",
                    "script", "script"]  # fmt: skip
    said = dict(Read(markup).tags)
    assert (said["p"]["title"], said["a"]["href"]) == (name, f"/unit/{name}")
