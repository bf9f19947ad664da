"""What a reader finds in a chart or a table."""

from dashboards.charts import Prepared
from dashboards.listing import Listing


def lines(listing: Listing) -> list[list[str]]:
    """The lines of a table as its file has them."""
    return [list(line) for line in listing.texts]


def cells(prepared: Prepared) -> dict[tuple[str, str], str]:
    """(Row, column) -> what the cell of a chart prints."""
    rows = prepared.answer.rows
    return {(row["name"], row["column"]): row["text"] for row in rows.to_dicts()}
