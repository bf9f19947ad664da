"""Lines and cells of the tables of the report; what stands in them is escaped already."""

from collections.abc import Sequence


class Figure(str):
    """A text that stands at the right of its cell."""

    __slots__ = ()


def line(row: Sequence[str]) -> str:
    return f"<tr>{''.join(map(cell, row))}</tr>"


def cell(text: str) -> str:
    return f"<td class=n>{text}</td>" if isinstance(text, Figure) else f"<td>{text}</td>"


def number(count: int) -> str:
    return Figure(f"{count:,}")


def share(share: float) -> str:
    return Figure(f"{share:.1%}")


def bar(count: int, most: int, colour: str) -> str:
    width = 100 * count / most
    return (
        '<svg class=bar width="100%" height="12" viewBox="0 0 100 12" preserveAspectRatio="none"'
        f' aria-hidden="true"><rect width="{width:.1f}" height="12" fill="{colour}"/></svg>'
    )
