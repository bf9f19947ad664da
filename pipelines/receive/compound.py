"""OLE compound files (.xls, .et, encrypted workbooks): every chain is walked, with a bound."""

import struct
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from pipelines.receive.extent import check_extent
from pipelines.receive.refused import RefusedError

FACTS = struct.Struct("<2H6x9L")
FACTS_AT, TABLE_AT = 30, 76
FIRST_SECTORS = 109
ENTRY = 128
END_OF_CHAIN = 0xFFFFFFFA
"""This and above: no sector."""
NO_ENTRY = 0xFFFFFFFF
STREAM, ROOT = 2, 5
MINI_SECTOR = 64
SHIFTS = (9, 12)
KINDS = {
    "workbook": "xls",
    "book": "xls",
    "encryptedpackage": "encrypted",
    "worddocument": "word",
    "powerpoint document": "slides",
    "fileheader": "word",
}
FILE_PASSWORD, STRING_TABLE = 0x2F, 0xFC
MULTIPLE = 0xBD
VALUES = {0x203, 0x27E, 0xFD, 0x204, 0x06, 0x206, 0x406, MULTIPLE, 0x205, 0xD6}
"""Records of cells that hold something: number, text, formula, error."""
BEGIN = 0x809


class Entry(NamedTuple):
    """An entry of the directory."""

    name: str
    kind: int
    start: int
    size: int


def check_compound(data: bytes, limits: Mapping[str, Any]) -> None:
    """Refuse a compound file that is no workbook, whose chains loop, or that reaches too far.

    Raises:
        RefusedError: with the reason.
    """
    try:
        file = Compound(data)
        kind, entry = file.content()
        if kind not in {"xls", "encrypted"}:
            raise RefusedError(kind)
        body = file.stream(entry)
    except struct.error as error:
        raise RefusedError("damaged") from error
    if kind == "xls":
        check_extent(_cells(body), limits["cells"])


class Compound:
    """The sectors of a compound file."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        shift, _, _, fats, first, _, self._cutoff, mini, minis, more, mores = FACTS.unpack_from(
            data, FACTS_AT
        )
        if shift not in SHIFTS:
            raise RefusedError("damaged")
        self._size = 1 << shift
        self._count = -(-len(data) // self._size) - 1
        if max(fats, minis, mores) > self._count:
            raise RefusedError("damaged")
        self._table = self._fat(fats, more)
        self._entries = list(self._directory(first))
        self._minis = _numbers(self._joined(mini))
        self._check_streams()

    def content(self) -> tuple[str, Entry]:
        """What is in the file, and the stream it is in."""
        for entry in self._entries:
            kind = KINDS.get(entry.name.lower())
            if kind and entry.kind == STREAM:
                return kind, entry
        raise RefusedError("not_a_workbook")

    def stream(self, entry: Entry) -> bytes:
        """The bytes of a stream; refused if some are missing."""
        if entry.size >= self._cutoff:
            body = self._joined(entry.start)
        else:
            root = next((each for each in self._entries if each.kind == ROOT), None)
            small = self._joined(root.start) if root else b""
            body = b"".join(
                small[at * MINI_SECTOR : (at + 1) * MINI_SECTOR]
                for at in self._chain(entry.start, self._minis)
            )
        if len(body) < entry.size:
            raise RefusedError("damaged")
        return body[: entry.size]

    def _sector(self, at: int) -> bytes:
        start = (at + 1) * self._size
        return self._data[start : start + self._size]

    def _fat(self, count: int, more: int) -> tuple[int, ...]:
        sectors = list(struct.unpack_from(f"<{FIRST_SECTORS}L", self._data, TABLE_AT))
        seen: set[int] = set()
        while more < END_OF_CHAIN and len(sectors) < count:
            if more in seen or more >= self._count:
                raise RefusedError("damaged")
            seen.add(more)
            *found, more = _numbers(self._sector(more))
            sectors += found
        body = b"".join(self._sector(at) for at in sectors[:count] if at < self._count)
        return _numbers(body)

    def _chain(self, at: int, table: tuple[int, ...]) -> Iterator[int]:
        left = len(table)
        while at < END_OF_CHAIN:
            if left == 0 or at >= len(table):
                raise RefusedError("damaged")
            yield at
            left -= 1
            at = table[at]

    def _joined(self, start: int) -> bytes:
        return b"".join(self._sector(at) for at in self._chain(start, self._table))

    def _directory(self, first: int) -> Iterator[Entry]:
        body = self._joined(first)
        self._check_tree(body)
        for at in range(0, len(body) - ENTRY + 1, ENTRY):
            (length,) = struct.unpack_from("<H", body, at + 64)
            start, size = struct.unpack_from("<2L", body, at + 116)
            name = body[at : at + max(0, min(length, 64) - 2)].decode("utf-16-le", "replace")
            yield Entry(name, body[at + 66], start, size)

    def _check_tree(self, body: bytes) -> None:
        """Every entry is reached once at most."""
        waiting, seen = [0], set()
        while waiting:
            at = waiting.pop()
            if at in seen or (at + 1) * ENTRY > len(body):
                raise RefusedError("damaged")
            seen.add(at)
            links = struct.unpack_from("<3L", body, at * ENTRY + 68)
            waiting += [each for each in links if each != NO_ENTRY]

    def _check_streams(self) -> None:
        for entry in self._entries:
            if entry.kind == STREAM and entry.size:
                table = self._table if entry.size >= self._cutoff else self._minis
                for _ in self._chain(entry.start, table):
                    pass


def _numbers(body: bytes) -> tuple[int, ...]:
    count = len(body) // 4
    return struct.unpack(f"<{count}L", body[: count * 4])


def _cells(body: bytes) -> Iterator[tuple[int, int]]:
    """(row, column) from 1 of the filled cells in the records of a workbook stream."""
    at, end = 0, len(body) - 4
    while at <= end:
        kind, length = struct.unpack_from("<2H", body, at)
        at += 4
        if kind == FILE_PASSWORD:
            return  # from here on nothing means what it says
        if kind in VALUES and length >= 6 and at + length <= len(body):  # noqa: PLR2004 row, column
            row, col = struct.unpack_from("<2H", body, at)
            if kind == MULTIPLE:
                (col,) = struct.unpack_from("<H", body, at + length - 2)
            yield row + 1, col + 1
        elif kind == STRING_TABLE and length >= 8:  # noqa: PLR2004 two counts
            _, unique = struct.unpack_from("<2L", body, at)
            if unique > len(body):
                raise RefusedError("damaged")
        at += length
