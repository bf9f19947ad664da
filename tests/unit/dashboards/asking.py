"""What a browser asks of the server when a page is opened."""

from typing import Any


def page_request(path: str, search: str = "") -> dict[str, Any]:
    """The body of the callback that answers with the markup of a page."""
    return {
        "output": "markup.data",
        "outputs": {"id": "markup", "property": "data"},
        "inputs": [
            {"id": "url", "property": "pathname", "value": path},
            {"id": "url", "property": "search", "value": search},
        ],
        "changedPropIds": ["url.search"],
    }
