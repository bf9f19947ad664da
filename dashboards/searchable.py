"""Text of a printed page as people search and copy it.

Fonts share one glyph between a character and the radical it looks like, and Chromium writes the
radical: 二 becomes ⼆ and is not found. The tables that lead from glyph to text are put right in an
update at the end of the file; what is printed stays as it is.
"""

import re
import zlib
from collections.abc import Iterator
from unicodedata import normalize

TABLES = re.compile(rb"/ToUnicode (\d+) 0 R")
RANGE = re.compile(rb"<([0-9A-F]+)> <([0-9A-F]+)> <([0-9A-F]{4})>\n")
ONE = re.compile(rb"<([0-9A-F]{4})>\n")
RADICALS = range(0x2E80, 0x2FE0)
SHORT = {
    0x2EA0: 0x6C11, 0x2EC1: 0x864E, 0x2EC4: 0x897F, 0x2EC5: 0x89C1, 0x2EC6: 0x89D2,
    0x2EC9: 0x8D1D, 0x2ECB: 0x8F66, 0x2ED3: 0x957F, 0x2ED4: 0x95E8, 0x2ED8: 0x9752,
    0x2ED9: 0x97E6, 0x2EDA: 0x9875, 0x2EDB: 0x98CE, 0x2EDC: 0x98DE, 0x2EDD: 0x98DF,
    0x2EE2: 0x9A6C, 0x2EE3: 0x9AA8, 0x2EE4: 0x9B3C, 0x2EE5: 0x9C7C, 0x2EE6: 0x9E1F,
    0x2EE8: 0x9EA6, 0x2EE9: 0x9EC4, 0x2EEC: 0x9F50, 0x2EEE: 0x9F7F, 0x2EF0: 0x9F99,
}  # fmt: skip
"""Simplified radicals, of which Unicode's normal form says nothing, and their characters."""


def searchable(pdf: bytes) -> bytes:
    """The same file with characters instead of radicals."""
    changed = dict(_changed(pdf))
    if not changed:
        return pdf
    out, places = bytearray(pdf), {}
    for number, table in sorted(changed.items()):
        places[number] = len(out)
        data = zlib.compress(table)
        out += b"%d 0 obj\n<</Filter /FlateDecode /Length %d>> stream\n" % (number, len(data))
        out += data + b"\nendstream\nendobj\n"
    start = len(out)
    out += b"xref\n"
    for number, place in places.items():
        out += b"%d 1\n%010d 00000 n \n" % (number, place)
    trailer, _, old = pdf[pdf.rindex(b"trailer") :].partition(b"startxref")
    previous = b"/Prev %d>>" % int(old.split()[0])
    return bytes(out + trailer.rstrip()[:-2] + previous + b"\nstartxref\n%d\n%%%%EOF\n" % start)


def _changed(pdf: bytes) -> Iterator[tuple[int, bytes]]:
    """Every table that holds a radical, put right."""
    for number in {int(found) for found in TABLES.findall(pdf)}:
        place = pdf.index(b"\n%d 0 obj" % number)
        start = pdf.index(b"stream", place)
        table = zlib.decompressobj().decompress(pdf[start:].partition(b"\n")[2])
        right = ONE.sub(_one, RANGE.sub(_range, table))
        if right != table:
            yield number, right


def _character(code: int) -> bytes:
    known = SHORT.get(code, code)
    return b"<%04X>" % (ord(normalize("NFKC", chr(known))) if known in RADICALS else known)


def _one(found: re.Match[bytes]) -> bytes:
    return _character(int(found[1], 16)) + b"\n"


def _range(found: re.Match[bytes]) -> bytes:
    first, last, code = (int(part, 16) for part in found.groups())
    codes = [_character(code + step) for step in range(last - first + 1)]
    return b"<%b> <%b> [%b]\n" % (found[1], found[2], b" ".join(codes))
