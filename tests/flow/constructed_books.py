"""Workbooks made by hand for rules that no slip of a single cell can break."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from models.period import Period
from pipelines.calibrating.sample_quarter import Sent
from pipelines.issue import Planned
from pipelines.sample.slips import draft
from pipelines.workbook.content import Sheetful


def _book(sent: Sent, period: Period, fits: Callable[[Planned], bool]) -> Planned:
    return next(each for each, _ in sent.within(period) if fits(each))


def _with_rows(book: Planned, alias: str, rows: list[Any]) -> Planned:
    shown = Sheetful(book.shown.values, {**book.shown.rows, alias: rows})
    return replace(book, shown=shown)


def _address(sent: Sent, book: Planned, field: str, line: int) -> tuple[str, str]:
    place = draft(sent.catalogue, book, frozenset()).place((field, line))
    return place.sheet, place.cell


def _copied_row(alias: str, key: str, *, with_key: bool) -> Callable[[Sent, Period], Any]:
    """A row is copied into the next one, with its number or without."""

    def make(sent: Sent, period: Period) -> Any:
        lists = lambda book: [row for row in book.shown.rows[alias] if len(row) > 4]  # noqa: E731
        book = _book(sent, period, lambda each: len(lists(each)) > 1)
        rows = [dict(row) for row in book.shown.rows[alias]]
        kept = {} if with_key else {key: rows[1][key]}
        rows[1] = {**rows[0], **kept}
        return (_with_rows(book, alias, rows), *_address(sent, book, f"{alias}.{key}", 2))

    return make


def _lost_matter(sent: Sent, period: Period) -> Any:
    """A matter that was issued as open is taken out."""
    is_open = lambda row: row.get("matter_status") in {1, 2}  # noqa: E731
    book = _book(sent, period, lambda each: any(map(is_open, each.prefill.rows["l3"])))
    ids = {row["matter_id"] for row in book.prefill.rows["l3"] if is_open(row)}
    rows = [
        {"matter_id": row.get("matter_id")} if row.get("matter_id") in ids else row
        for row in book.shown.rows["l3"]
    ]
    return _with_rows(book, "l3", rows), sent.catalogue.forms["L3"].sheet, None


BY_HAND: dict[str, Callable[[Sent, Period], Any]] = {
    "R312": _lost_matter,
    "R502": _copied_row("l2", "pair_id", with_key=True),
    "R504": _copied_row("l2", "pair_id", with_key=False),
}
