"""情况说明 typed in a returned workbook, with the hidden key that says what each is about."""

from typing import Any

from pipelines.extract.book import Book

TEXT, KEY, REASON = "explain__", "explain_key__", "explain_reason__"
MOST, LONGEST = 1000, 4000
READABLE = ("text", "number", "date")


def typed_explanations(book: Book) -> list[dict[str, str]]:
    """The explanations that are not blank, in the order of their numbers."""
    numbers = [name.removeprefix(TEXT) for name in book.names if name.startswith(TEXT)]
    wanted = sorted(int(number) for number in numbers if number.isdigit())[:MOST]
    found = [
        {name: _text(book, f"{prefix}{number}") for name, prefix in _PARTS.items()}
        for number in wanted
    ]
    return [each for each in found if each["key"] and (each["text"] or each["reason"])]


_PARTS = {"key": KEY, "text": TEXT, "reason": REASON}


def _text(book: Book, name: str) -> str:
    """What stands in a named cell as text; nothing for an error or an uncached formula."""
    spot: Any = book.names.get(name)
    if spot is None:
        return ""
    typed, kind, _ = book.at(spot)
    return (typed or "").strip()[:LONGEST] if kind in READABLE else ""
