"""One XML text as it streams by: no document type, no encoding to hide in, no absurd counts."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pipelines.receive.extent import number
from pipelines.receive.refused import RefusedError

TAIL = 256
DOCTYPES = tuple("<!DOCTYPE".encode(each) for each in ("utf-8", "utf-16-le", "utf-32-le"))
"""In UTF-16 and UTF-32 the little-endian text is found in big-endian texts too."""
ENCODING = re.compile(rb'<\?xml[^>]*? encoding ?= ?"([^"]*)"')
ENCODINGS = re.compile(
    rb"(?:utf-?8|utf-16(?:le|be)?|(?:us-)?ascii|iso-8859-[0-9]+|windows-125[0-9]"
    rb"|gb2312|gbk|gb18030|big5|shift_jis|euc-.*)$",
    re.I,
)
"""Those in which `<!DOCTYPE` is these bytes, with or without NUL between them."""
FOREIGN = (b"\x00\x00\x00<", b"<\x00\x00\x00", b"\x4c\x6f\xa7\x94", b"\x00\x00\xfe\xff")
WIDE = (b"\xff\xfe", b"\xfe\xff", b"<\x00", b"\x00<")
PLAIN = bytes.maketrans(b"\t\r\n'", b'   "')
STRINGS = re.compile(rb"<(?:\w+:)?sst [^>]*")
COUNT = re.compile(rb'[cC]ount ?= ?" ?([0-9]+)')
COLUMN = re.compile(rb' r ?= ?"([A-Za-z]{1,3})[0-9]')
ROW = re.compile(rb' r ?= ?"[A-Za-z]{0,3}([0-9]{1,9})"')
COUNTED = {
    b"<si>": ("strings", "too_many_strings"),
    b"<xf ": ("styles", "too_many_styles"),
    b"<mergeCell ": ("merges", "too_many_merges"),
    b"<sheet ": ("sheets", "too_many_sheets"),
    b"<table:table ": ("sheets", "too_many_sheets"),
    b"<Worksheet ": ("sheets", "too_many_sheets"),
    b"<style:style ": ("styles", "too_many_styles"),
    b"<Style ": ("styles", "too_many_styles"),
}


def plain_windows(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """The text with one kind of blank and quote, UTF-16 brought down to its ASCII letters."""
    is_wide: bool | None = None
    for block in blocks:
        if is_wide is None:
            is_wide = block.startswith(WIDE)
        yield block.translate(PLAIN, b"\0" if is_wide else b"")


class Markup:
    """Looks at one XML text, block by block."""

    def __init__(self, limits: Mapping[str, Any]) -> None:
        self._limits = limits
        self._tail = b""
        self._plain_tail = b""
        self._counts = dict.fromkeys(COUNTED, 0)
        self._is_wide: bool | None = None
        self.rows = 0
        self.columns = 0

    def feed(self, block: bytes) -> None:
        """Look at the next block.

        Raises:
            RefusedError: with the reason.
        """
        window = self._tail + block
        if self._is_wide is None:
            self._is_wide = block.startswith(WIDE)
            if block.startswith(FOREIGN):
                raise RefusedError("damaged")
        if any(doctype in window for doctype in DOCTYPES):
            raise RefusedError("doctype")
        plain = block.translate(PLAIN, b"\0" if self._is_wide else b"")
        if not self._tail:
            _check_encoding(plain)
        self._look(self._plain_tail, self._plain_tail + plain)
        self._tail, self._plain_tail = window[-TAIL:], plain[-TAIL:]

    def _look(self, tail: bytes, window: bytes) -> None:
        self._count(tail, window)
        if b" r" in window:
            found = set(ROW.findall(window))
            self.rows = max(self.rows, max(map(int, found), default=0))
            found = set(COLUMN.findall(window))
            self.columns = max(self.columns, max(map(number, found), default=0))

    def _count(self, tail: bytes, window: bytes) -> None:
        for token, (name, reason) in COUNTED.items():
            if token in window:
                self._counts[token] += window.count(token) - tail.count(token)
                if self._counts[token] > self._limits[name]:
                    raise RefusedError(reason, limit=self._limits[name])
        if b"sst " in window and (head := STRINGS.search(window)):
            counts = [int(count) for count in COUNT.findall(head[0])]
            if max(counts, default=0) > self._limits["strings"]:
                raise RefusedError("too_many_strings", limit=self._limits["strings"])


def _check_encoding(start: bytes) -> None:
    said = ENCODING.search(start[:TAIL])
    if said and not ENCODINGS.match(said[1]):
        raise RefusedError("damaged")
