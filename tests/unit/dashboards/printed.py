"""What a reader finds in a chart or a table."""

import json
import re
from typing import Any

from dashboards.charts import Prepared
from dashboards.listing import Listing


def lines(listing: Listing) -> list[list[str]]:
    """The lines of a table as its file has them."""
    return [list(line) for line in listing.texts]


def cells(prepared: Prepared) -> dict[tuple[str, str], str]:
    """(Row, column) -> what the cell of a chart prints."""
    rows = prepared.answer.rows
    return {(row["name"], row["column"]): row["text"] for row in rows.to_dicts()}


SCRIPT = re.compile(r'<script type="application/json">(.*?)</script>', re.DOTALL)


def figures(markup: str) -> dict[str, dict[str, Any]]:
    """Card -> its figure, as the browser gets it."""
    names = re.findall(r'<section[^>]*id="(D[^"]+)"', markup)
    found = {name: SCRIPT.search(section(markup, name)) for name in names}
    return {name: json.loads(one.group(1))["figure"] for name, one in found.items() if one}


def section(markup: str, card: str) -> str:
    """The markup of one card."""
    return markup.partition(f'id="{card}"')[2].partition("</section>")[0]
