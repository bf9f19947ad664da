"""Compound files and old sheets written by hand, sound or spoilt on purpose."""

import struct

SECTOR = 512
FREE, END, FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def record(kind, body=b""):
    return struct.pack("<2H", kind, len(body)) + body


def number(row, col, value):
    return record(0x203, struct.pack("<3Hd", row, col, 0, value))


def sheet_stream(cells, extra=b"", name="Sheet1"):
    """A workbook stream of one sheet; `cells` are (row, column, number) from 0."""
    begin = record(0x809, struct.pack("<4H2L", 0x600, 5, 0x0DBB, 0x07CC, 0, 6))
    title = name.encode("utf-16-le")
    facts = struct.pack("<LBBBB", 0, 0, 0, len(name), 1) + title
    position = len(begin) + len(extra) + len(record(0x85, facts)) + len(record(0x0A))
    facts = struct.pack("<LBBBB", position, 0, 0, len(name), 1) + title
    sheet = record(0x809, struct.pack("<4H2L", 0x600, 0x10, 0x0DBB, 0x07CC, 0, 6))
    values = b"".join(number(*cell) for cell in cells)
    return begin + extra + record(0x85, facts) + record(0x0A) + sheet + values + record(0x0A)


def entry(name, kind, child, start, size, right=FREE):
    text = (name + "\0").encode("utf-16-le")
    return (
        text.ljust(64, b"\0")
        + struct.pack("<HBB3L", len(text), kind, 1, FREE, right, child)
        + bytes(36)
        + struct.pack("<LQ", start, size)
    )


def compound(streams, loop=None):
    """A compound file; `loop` names a chain made to lead back to itself."""
    bodies = [
        body.ljust(max(4096, -(-len(body) // SECTOR) * SECTOR), b"\0") for body in streams.values()
    ]
    table, parts, starts = [FAT, END], [], []
    for body in bodies:
        first = len(table)
        starts.append(first)
        count = len(body) // SECTOR
        table += [*range(first + 1, first + count), END]
        parts.append(body)
    directory = [entry("Root Entry", 5, 1 if bodies else FREE, END, 0)]
    for number_, (name, body) in enumerate(zip(streams, bodies, strict=True), start=1):
        right = number_ + 1 if number_ < len(bodies) else FREE
        right = number_ if loop == "directory" else right
        directory.append(entry(name, 2, FREE, starts[number_ - 1], len(body), right))
    if loop == "fat":
        table[starts[0] + 1] = starts[0]
    if loop == "directory_chain":
        table[1] = 1
    mini = 0 if loop == "mini" else END  # the table itself, which says of itself nothing sane
    header = SIGNATURE + bytes(16) + struct.pack("<5H", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    header += struct.pack("<9L", 0, 1, 1, 0, 4096, mini, 1 if loop == "mini" else 0, END, 0)
    header += struct.pack("<109L", 0, *[FREE] * 108)
    fat = struct.pack(f"<{len(table)}L", *table).ljust(SECTOR, b"\xff")[:SECTOR]
    pages = b"".join(directory).ljust(SECTOR, b"\0")[:SECTOR]
    if loop == "mini":
        fat = struct.pack("<L", 0) + fat[4:]
    return header + fat + pages + b"".join(parts)


def old_workbook(cells=((0, 0, 1.0),), extra=b"", loop=None):
    """An .xls file."""
    return compound({"Workbook": sheet_stream(cells, extra)}, loop)
