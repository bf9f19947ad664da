"""The zip behind a workbook: its directory is walked and every part counted as it unpacks."""

import struct
import zipfile
import zlib
from collections.abc import Generator, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from pipelines.receive.extent import ODS_TAG, XLSX_TAG, check_extent, ods_cells, tags, xlsx_cells
from pipelines.receive.markup import Markup, plain_windows
from pipelines.receive.refused import RefusedError

BLOCK = 1 << 16
END = struct.Struct("<4s4H2LH")
END_64 = struct.Struct("<4sQ2H2L4Q")
LOCAL_HEADER = 30
BYTES_A_PART = 512
"""What a part may take in the directory: its name and a few facts."""
COLUMNS_IMPLIED = 32
"""Cells may leave out their address: so many may stand in a row of which nothing is said."""
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    OSError,
    ValueError,
    OverflowError,
)
"""What the zip library raises for zips that are none."""
MARKUP_NAMES = (".xml", ".rels", ".vml")
ODF = "application/vnd.oasis.opendocument."
ODF_KINDS = {"spreadsheet": "ods", "text": "word", "presentation": "slides", "graphics": "image"}
OOXML_KINDS = {"xl/workbook.bin": "xlsb", "word/": "word", "ppt/": "slides"}


@contextmanager
def opened(path: Path, limits: Mapping[str, Any]) -> Iterator[zipfile.ZipFile]:
    """The zip, its directory found to be of a size that may be read.

    Raises:
        RefusedError: it is no zip that can be read, or has too many parts.
    """
    try:
        _check_directory(path, limits["parts"])
        with zipfile.ZipFile(path) as package:
            yield package
    except BROKEN as error:
        raise RefusedError("damaged") from error


def _check_directory(path: Path, most: int) -> None:
    """Look at the end of the file, where a zip says how large its directory is."""
    size = path.stat().st_size
    with path.open("rb") as stream:
        stream.seek(max(0, size - BLOCK - END.size))
        tail = stream.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0:
        raise RefusedError("damaged")
    _, _, _, _, entries, length, _, _ = END.unpack_from(tail, at)
    at_64 = tail.rfind(b"PK\x06\x06", 0, at)
    if at_64 >= 0:
        entries, length = END_64.unpack_from(tail, at_64)[7:9]
    if entries > most or length > most * BYTES_A_PART:
        raise RefusedError("too_many_parts", limit=most)


def kind_of_package(package: zipfile.ZipFile) -> str:
    """`xlsx`, `ods`, `archive` for a zip of files, or the reason it is refused for."""
    names = {name.replace("\\", "/").lower() for name in package.namelist()}
    if "mimetype" in names and "content.xml" in names:
        said = package.read("mimetype")[: len(ODF) + 20].decode("ascii", "replace").strip()
        kind = said.removeprefix(ODF).removesuffix("-template")
        return ODF_KINDS.get(kind, "not_a_workbook") if said.startswith(ODF) else "not_a_workbook"
    if "[content_types].xml" not in names:
        return "xlsx" if "xl/workbook.xml" in names else "archive"
    for start, kind in OOXML_KINDS.items():
        if any(name.startswith(start) for name in names):
            return kind
    return "xlsx"


def check_package(package: zipfile.ZipFile, kind: str, limits: Mapping[str, Any]) -> None:
    """Refuse a package whose parts overlap, repeat, lead outside, or are too large or too many.

    Raises:
        RefusedError: with the reason.
    """
    _check_names(package)
    check_places(package)
    budget = limits["unpacked_bytes"]
    for info in package.infolist():
        budget -= _check_part(package, info, kind, budget, limits)


def _check_names(package: zipfile.ZipFile) -> None:
    names = [info.orig_filename for info in package.infolist()]
    if len({name.lower() for name in names}) != len(names):
        raise RefusedError("damaged")
    for name in names:
        steps = name.replace("\\", "/").split("/")
        if ".." in steps or not steps[0] or ":" in steps[0] or "\0" in name:
            raise RefusedError("damaged")


def check_places(package: zipfile.ZipFile) -> None:
    """Refuse parts that share bytes: each must lie behind the one before it.

    Raises:
        RefusedError: two parts overlap, or one is packed in a way that no office program uses.
    """
    stream: BinaryIO = package.fp  # type: ignore[assignment]
    end = 0
    for info in sorted(package.infolist(), key=lambda each: each.header_offset):
        if info.compress_type not in METHODS or info.header_offset < end:
            raise RefusedError("damaged")
        stream.seek(info.header_offset)
        name, extra = struct.unpack("<2H", stream.read(LOCAL_HEADER)[-4:])
        end = info.header_offset + LOCAL_HEADER + name + extra + info.compress_size


def blocks(
    package: zipfile.ZipFile, info: zipfile.ZipInfo, budget: int, limits: Mapping[str, Any]
) -> Generator[bytes, None, None]:
    """One part, unpacked block by block; its size is counted, never believed.

    Raises:
        RefusedError: it is larger than the budget, or unpacks to an absurd multiple of itself.
    """
    size, most = 0, max(limits["ratio"] * info.compress_size, limits["ratio_from_bytes"])
    with package.open(info) as part:
        while block := part.read(BLOCK):
            size += len(block)
            if size > min(budget, most):
                raise RefusedError("too_large_unpacked", limit=limits["unpacked_bytes"] >> 20)
            yield block


def _check_part(
    package: zipfile.ZipFile,
    info: zipfile.ZipInfo,
    kind: str,
    budget: int,
    limits: Mapping[str, Any],
) -> int:
    """Stream one part; return its true size."""
    size, markup = 0, None
    with closing(blocks(package, info, budget, limits)) as stream:
        for block in stream:
            if size == 0:
                _check_start(info.filename, block)
                is_markup = info.filename.lower().endswith(MARKUP_NAMES) or _is_markup(block)
                markup = Markup(limits) if is_markup else None
            size += len(block)
            if markup:
                markup.feed(block)
    if markup and (info.filename == "content.xml" if kind == "ods" else _is_far(markup, limits)):
        with closing(blocks(package, info, budget, limits)) as again:
            windows = plain_windows(again)
            is_ods = kind == "ods"
            cells = ods_cells(tags(windows, ODS_TAG)) if is_ods else _sheet_cells(info, windows)
            check_extent(cells, limits["cells"])
    return size


def _check_start(name: str, block: bytes) -> None:
    # What is embedded is never opened; anywhere else a zip in a workbook is out of place.
    if block.startswith(b"PK\x03\x04") and "/embeddings/" not in name:
        raise RefusedError("nested")
    if name == "META-INF/manifest.xml" and b"encryption-data" in block:
        raise RefusedError("password")


def _is_markup(block: bytes) -> bool:
    return block.lstrip(b"\xef\xbb\xbf\xff\xfe\0 \t\r\n").startswith(b"<")


def _is_far(markup: Markup, limits: Mapping[str, Any]) -> bool:
    """Whether a part names cells so far out that it must be seen whether they are filled."""
    return bool(markup.rows * max(markup.columns, COLUMNS_IMPLIED) > limits["cells"])


def _sheet_cells(info: zipfile.ZipInfo, windows: Iterator[bytes]) -> Iterator[tuple[int, int]]:
    # The chain of calculation names cells with the same tag, and has no values.
    if not info.filename.lower().endswith("calcchain.xml"):
        yield from xlsx_cells(tags(windows, XLSX_TAG))
