"""Every page of the site, once: quiet, at home, in Chinese, and open to whoever cannot see it."""

import re
from dataclasses import dataclass
from functools import cache
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from models.loader import load_catalogue
from tests.browser.conftest import Watched, new_context

UNIT = "330702310000"
DRAWN_BY_THE_SERVER = ("/koujing",)
"""All text: codes and titles of foreign works are told there as they are written."""
PATHS = [
    *(
        board.path
        for board in load_catalogue().dashboards.values()
        if board.path and board.path not in DRAWN_BY_THE_SERVER
    ),
    "/xietiao?ct=330702",
    f"/unit/{UNIT}",
    f"/unit/{UNIT}/COO03",
    "/county/330702",
    "/county/330702/COO03",
    "/jiance/R006",
]
GRAVE = {"serious", "critical"}
LATIN = re.compile(r"[A-Za-z]{3,}")
CODES = re.compile(
    r"[A-Z]{2,4}[0-9]{2}|sanji( -*[a-z]+)+|--[a-z]+|(core|marts)\.[a-z_]+|文件\.xlsx|sample（"
)
"""Codes, commands, tables, the name of the snapshot: people are told them as they are written."""
ALLOWED = {"Excel", "PDF", "PNG", "SVG"}
ATTRIBUTES = ["title", "data-title", "aria-label", "placeholder", "alt"]

TEXTS = """(names) => {
  const told = [document.title, document.body.innerText];
  for (const one of document.querySelectorAll('body *')) {
    for (const name of names) told.push(one.getAttribute(name) || '');
    if (one.localName === 'text') told.push(one.textContent);
  }
  for (const graph of document.querySelectorAll('.graph')) {
    const waiting = graph.querySelector('script');
    for (const trace of waiting ? JSON.parse(waiting.textContent).figure.data : graph.data) {
      told.push([trace.text, trace.hovertext, trace.name].flat(9).join(' '));
    }
  }
  return told.join(' ').replace(/<[^>]*>/g, ' ');
}"""


@dataclass(frozen=True)
class Read:
    """What was seen of a page that was opened once."""

    errors: list[str]
    outside: list[str]
    violations: list[dict[str, Any]]
    told: str


@pytest.fixture(scope="module")
def read(browser, address):
    """What is seen of a page: each is opened once, whichever test comes first."""

    @cache
    def once(path):
        context = new_context(browser)
        watched = Watched(context.new_page(), address).open(path, all_drawn=False)
        told = watched.page.evaluate(TEXTS, ATTRIBUTES)
        watched.drawn()
        violations = Axe().run(watched.page).response["violations"]
        context.close()
        return Read(watched.errors, watched.outside, violations, told)

    return once


@pytest.mark.parametrize("path", [*PATHS, *DRAWN_BY_THE_SERVER])
def test_the_page_says_nothing_wrong_and_asks_no_other_host(read, path):
    assert read(path).errors == []
    assert read(path).outside == []


@pytest.mark.parametrize("path", [*PATHS, *DRAWN_BY_THE_SERVER])
def test_there_is_no_grave_finding_of_axe(read, path):
    assert [
        (one["id"], one["help"], [node["target"] for node in one["nodes"]][:5])
        for one in read(path).violations
        if one["impact"] in GRAVE
    ] == []


@pytest.mark.parametrize("path", PATHS)
def test_no_word_of_another_language_is_to_be_read(read, path):
    assert set(LATIN.findall(CODES.sub(" ", read(path).told))) - ALLOWED == set()
