"""Files that mean harm, or were harmed on their way: made by hand, and by a seeded generator."""

import io
import random
import struct
import warnings
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from tests.compound_files import compound, old_workbook, record, sheet_stream

MAIN = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
SHEET = b'<worksheet xmlns="%s"><sheetData>%s</sheetData></worksheet>'
BOOK, FIRST_SHEET, STRINGS = "xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"
ODF = "application/vnd.oasis.opendocument.spreadsheet"
CONTENT = (
    '<?xml version="1.0"?><office:document-content '
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body>'
    '<office:spreadsheet><table:table table:name="S">{}</table:table></office:spreadsheet>'
    "</office:body></office:document-content>"
)
OUTSIDE = "http://127.0.0.1/x"
XML_2003 = (
    '<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>{}'
    '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" '
    'xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">'
    '<Worksheet ss:Name="S"><Table>{}</Table></Worksheet></Workbook>'
)


def zipped(parts, compression=zipfile.ZIP_DEFLATED) -> bytes:
    """A zip of (name, body) pairs, names repeated if they are."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", compression) as package, warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # a name twice is meant
        for name, body in parts:
            info = zipfile.ZipInfo(name)
            info.filename = name  # a NUL in it, too
            info.compress_type = compression
            package.writestr(info, body)
    return target.getvalue()


def spoilt(book: bytes, put: Mapping[str, bytes]) -> bytes:
    """A genuine workbook with parts put in, or put in place of its own."""
    with zipfile.ZipFile(io.BytesIO(book)) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    return zipped((parts | dict(put)).items())


def with_rows(book: bytes, rows: bytes) -> bytes:
    """A genuine workbook whose first sheet has these rows instead."""
    return spoilt(book, {FIRST_SHEET: SHEET % (MAIN, rows)})


def cell(address, row):
    return b'<row r="%d"><c r="%s"><v>1</v></c></row>' % (row, address)


def ods(rows) -> bytes:
    return zipped([("mimetype", ODF), ("content.xml", CONTENT.format(rows))])


def overlapping(book: bytes) -> bytes:
    """Two entries of the directory that share the same bytes."""
    data = bytearray(spoilt(book, {"xl/a.xml": b"<a/>", "xl/b.xml": b"<b/>"}))
    second = data.rfind(b"PK\x01\x02")
    first = data.rfind(b"PK\x01\x02", 0, second)
    data[second + 42 : second + 46] = data[first + 42 : first + 46]
    return bytes(data)


def doctype(book: bytes, encoding: str = "utf-8") -> bytes:
    """A workbook part that asks for an outside document."""
    text = (
        f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE a [<!ENTITY b SYSTEM "{OUTSIDE}">]>'
    )
    return spoilt(book, {BOOK: f"{text}<a>&b;</a>".encode(encoding)})


def billion_laughs(book: bytes) -> bytes:
    """Entities of entities."""
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    text = f'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY e0 "ha">{entities}]><a>&e9;</a>'
    return spoilt(book, {BOOK: text.encode()})


def many_sheets(book: bytes) -> bytes:
    """Five thousand sheets that are all the first one."""
    with zipfile.ZipFile(io.BytesIO(book)) as package:
        text = package.read(BOOK)
    more = b"".join(
        b'<sheet name="S%d" sheetId="%d" r:id="rId1"/>' % (n, n + 99) for n in range(5000)
    )
    return spoilt(book, {BOOK: text.replace(b"</sheets>", more + b"</sheets>")})


def crafted(book: bytes) -> dict[str, bytes]:
    """Name -> a file built to hurt; `book` is a genuine workbook to spoil."""
    strings = b'<sst xmlns="%s" count="1" uniqueCount="4294967295"></sst>' % MAIN
    utf7 = b'<?xml version="1.0" encoding="utf-7"?>+ADw-a/>'
    return {
        "empty.xlsx": b"",
        "truncated.xlsx": book[: len(book) // 2],
        "tail_gone.xlsx": book[:-30],
        "bomb.xlsx": spoilt(book, {"xl/media/a": bytes(210 << 20)}),
        "blank_bomb.xlsx": with_rows(book, b" " * (100 << 20)),
        "string_bomb.xlsx": spoilt(book, {STRINGS: b"<sst><si><t>" + b"a" * (150 << 20)}),
        "overlapping.xlsx": overlapping(book),
        "twice.xlsx": zipped([("[Content_Types].xml", b"<a/>"), *[(BOOK, b"<a/>")] * 2]),
        "parts.xlsx": zipped((f"xl/{n}", b"") for n in range(20000)),
        "nested.xlsx": spoilt(book, {"xl/a": zipped([("b", b"c")])}),
        "outside.xlsx": spoilt(book, {"../evil.xml": b"<a/>"}),
        "nul.xlsx": spoilt(book, {"xl/a\0.xml": b"<a/>"}),
        "doctype.xlsx": doctype(book),
        "doctype16.xlsx": doctype(book, "utf-16"),
        "doctype32.xlsx": doctype(book, "utf-32"),
        "laughs.xlsx": billion_laughs(book),
        "utf7.xlsx": spoilt(book, {BOOK: utf7}),
        "strings.xlsx": spoilt(book, {STRINGS: strings}),
        "strings_single.xlsx": spoilt(
            book, {STRINGS: strings.replace(b'"', b"'").replace(b" u", b"\tu")}
        ),
        "far.xlsx": with_rows(book, cell(b"A1", 1) + cell(b"XFD1048576", 1048576)),
        "far_implied.xlsx": with_rows(
            book, b'<row r="1048576">' + b"<c><v>1</v></c>" * 9 + b"</row>"
        ),
        "sheets.xlsx": many_sheets(book),
        "merges.xlsx": with_rows(book, b'<mergeCell ref="A1:B2"/>' * 300_000),
        "styles.xlsx": spoilt(
            book, {"xl/styles.xml": b"<styleSheet>" + b"<xf a='1'/>" * 300_000 + b"</styleSheet>"}
        ),
        "far.xls": old_workbook([(0, 0, 1.0), (65535, 255, 2.0)]),
        "loop_fat.xls": old_workbook(loop="fat"),
        "loop_directory.xls": old_workbook(loop="directory"),
        "loop_directory_chain.xls": old_workbook(loop="directory_chain"),
        "loop_mini.xls": old_workbook(loop="mini"),
        "dimensions.xls": old_workbook(
            extra=record(0x200, struct.pack("<2L3H", 0, 65536, 0, 256, 0))
        ),
        "strings.xls": old_workbook(extra=record(0xFC, struct.pack("<2L", 1, 0xFFFFFFFF))),
        "cut.xls": old_workbook()[:-4096],
        "document.doc": compound({"WordDocument": b"a"}),
        "repeats.ods": ods(
            '<table:table-row table:number-rows-repeated="1048576"><table:table-cell '
            'office:value-type="float" office:value="1" table:number-columns-repeated="1024"/>'
            "</table:table-row>"
        ),
        "far_2003.xls": XML_2003.format(
            "", '<Row ss:Index="1048576"><Cell ss:Index="16384"><Data>1</Data></Cell></Row>'
        ).encode(),
        "doctype_2003.xls": XML_2003.format('<!DOCTYPE a [<!ENTITY b "c">]>', "").encode(),
        "deep.xlsx": with_rows(book, b"<x>" * 200_000),
        "infinite.xlsx": with_rows(book, b'<row r="1"><c r="A1"><v>1E400</v></c></row>'),
        "page.xls": b"<html><table><tr><td>1</td></tr></table></html>",
        "table.csv": "单位,人数\n甲,3\n".encode("gb18030"),
    }


def flipped(data: bytes, chance: random.Random) -> bytes:
    """Some bits of a file turned; of a zip, sometimes inside a part, packed again."""
    if data.startswith(b"PK") and chance.random() < 0.6:
        return _flipped_part(data, chance)
    return _flip(data, chance)


def _flipped_part(data: bytes, chance: random.Random) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        parts = [(name, package.read(name)) for name in package.namelist()]
    at = chance.randrange(len(parts))
    parts[at] = (parts[at][0], _flip(parts[at][1], chance))
    return zipped(parts)


def _flip(data: bytes, chance: random.Random) -> bytes:
    turned = bytearray(data)
    for _ in range(chance.choice((1, 2, 8, 64))):
        if turned:
            turned[chance.randrange(len(turned))] ^= 1 << chance.randrange(8)
    return bytes(turned)


def old_book() -> bytes:
    """A sound old workbook with some cells."""
    cells = [(row, col, row + col / 8) for row in range(40) for col in range(6)]
    return compound({"Workbook": sheet_stream(cells)})


def hostile_files(
    folder: Path, seeds: list[bytes], count: int, seed: int
) -> Iterator[tuple[str, Path]]:
    """Write `count` files and yield each with its kind: crafted first, then flipped and cut."""
    chance = random.Random(seed)  # noqa: S311 the same files for the same seed
    books = [*seeds, old_book(), ods("<table:table-row/>"), XML_2003.format("", "").encode()]
    made = list(crafted(seeds[0]).items())
    while len(made) < count:
        data = chance.choice(books)
        if chance.random() < 0.15:
            made.append(("cut", data[: chance.randrange(len(data))]))
        else:
            made.append(("flipped", flipped(data, chance)))
    for number, (name, data) in enumerate(made[:count]):
        path = folder / f"{number:04d}-{name if '.' in name else name + '.xlsx'}"
        path.write_bytes(data)
        yield name if name in {"cut", "flipped"} else "crafted", path
