"""The cheap gate in front of every parser: what must not be opened is refused here.

Nothing here interprets a workbook; sizes are counted while streaming, never believed. What gets
through is still read in a child that can only hurt itself.
"""

from collections.abc import Generator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from pipelines.receive.compound import check_compound
from pipelines.receive.extent import XML_TAG, check_extent, tags, xml_cells
from pipelines.receive.kinds import kind_of
from pipelines.receive.markup import Markup, plain_windows
from pipelines.receive.package import check_package, kind_of_package, opened
from pipelines.receive.refused import RefusedError

BLOCK = 1 << 16


def check_gate(path: Path, limits: Mapping[str, Any]) -> None:
    """Refuse what is no workbook or would hurt a parser; `limits` is `parameters.gate`.

    Raises:
        RefusedError: with the reason; `archive` for a zip in which there may be workbooks.
    """
    size = path.stat().st_size
    if size == 0:
        raise RefusedError("empty")
    if size > limits["file_bytes"]:
        raise RefusedError("too_large", limit=limits["file_bytes"] >> 20)
    with path.open("rb") as stream:
        kind = kind_of(stream.read(BLOCK))
    if kind == "zip":
        _check_zip(path, limits)
    elif kind == "ole":
        check_compound(path.read_bytes(), limits)
    elif kind == "xml_2003":
        _check_xml(path, size, limits)
    else:
        raise RefusedError(kind)


def _check_zip(path: Path, limits: Mapping[str, Any]) -> None:
    with opened(path, limits) as package:
        kind = kind_of_package(package)
        if kind not in {"xlsx", "ods"}:
            raise RefusedError(kind)
        check_package(package, kind, limits)


def _check_xml(path: Path, size: int, limits: Mapping[str, Any]) -> None:
    if size > limits["xml_bytes"]:
        raise RefusedError("too_large", limit=limits["xml_bytes"] >> 20)
    markup = Markup(limits)
    with closing(_blocks(path)) as blocks:
        for block in blocks:
            markup.feed(block)
    with closing(_blocks(path)) as blocks:
        check_extent(xml_cells(tags(plain_windows(blocks), XML_TAG)), limits["cells"])


def _blocks(path: Path) -> Generator[bytes, None, None]:
    with path.open("rb") as stream:
        while block := stream.read(BLOCK):
            yield block
