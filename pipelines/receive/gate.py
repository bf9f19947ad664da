"""The cheap gate in front of every parser: what must not be opened is refused here.

Nothing here interprets a workbook; sizes are counted while streaming, never believed.
"""

import re
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP = b"PK\x03\x04"
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
MARKUP = re.compile(rb"^\s*(<\?xml|<html|<!doctype|<table|<workbook)", re.IGNORECASE)
DOCTYPE = re.compile(rb"<!DOCTYPE", re.IGNORECASE)
STRINGS = re.compile(rb"<sst[^>]*>")
COUNT = re.compile(rb"[cC]ount=\"([0-9]+)\"")
FAR = re.compile(rb"\br=\"(?:[A-Z]{3}[0-9]+|[A-Z]{1,2}[0-9]{5,})\"")
BLOCK = 1 << 16


class RefusedError(Exception):
    """The file cannot or must not be read; `reason` names the text told to the sender."""

    def __init__(self, reason: str, **fills: object) -> None:
        super().__init__(reason)
        self.reason = reason
        self.fills = fills


def check_gate(path: Path, limits: Mapping[str, Any]) -> None:
    """Refuse what is no workbook or would hurt a parser; `limits` is `parameters.gate`.

    Raises:
        RefusedError: with the reason.
    """
    size = path.stat().st_size
    if size == 0:
        raise RefusedError("empty")
    if size > limits["file_bytes"]:
        raise RefusedError("too_large", limit=limits["file_bytes"] >> 20)
    with path.open("rb") as stream:
        head = stream.read(BLOCK)
    if head.startswith(OLE):
        raise RefusedError("password" if _is_encrypted(path) else "old_excel")
    if MARKUP.match(head):
        raise RefusedError("markup")
    if not head.startswith(ZIP):
        raise RefusedError("not_a_workbook")
    _check_package(path, limits)


def _is_encrypted(path: Path) -> bool:
    return ENCRYPTED in path.read_bytes()


def _check_package(path: Path, limits: Mapping[str, Any]) -> None:
    try:
        with zipfile.ZipFile(path) as package:
            _check_parts(package, limits)
            budget = limits["unpacked_bytes"]
            for info in package.infolist():
                budget -= _check_part(package, info, budget, limits)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise RefusedError("damaged") from error


def _check_parts(package: zipfile.ZipFile, limits: Mapping[str, Any]) -> None:
    names = package.namelist()
    if len(names) > limits["parts"]:
        raise RefusedError("too_many_parts", limit=limits["parts"])
    if len({name.lower() for name in names}) != len(names):
        raise RefusedError("damaged")
    if any(".." in name.split("/") or name.startswith("/") or "\\" in name for name in names):
        raise RefusedError("damaged")
    if "xl/workbook.xml" not in names:
        raise RefusedError("not_xlsx")


def _check_part(
    package: zipfile.ZipFile, info: zipfile.ZipInfo, budget: int, limits: Mapping[str, Any]
) -> int:
    """Stream one part; return its true size."""
    size, tail = 0, b""
    is_sheet = info.filename.startswith("xl/worksheets/")
    with package.open(info) as part:
        while block := part.read(BLOCK):
            size += len(block)
            if size > budget:
                raise RefusedError("too_large_unpacked", limit=limits["unpacked_bytes"] >> 20)
            window = tail + block
            _check_block(info.filename, window, is_sheet, limits)
            tail = block[-64:]
    return size


def _check_block(name: str, window: bytes, is_sheet: bool, limits: Mapping[str, Any]) -> None:  # noqa: FBT001
    if name.endswith((".xml", ".rels", ".vml")) and DOCTYPE.search(window):
        raise RefusedError("doctype")
    if name == "xl/sharedStrings.xml" and (head := STRINGS.search(window)):
        counts = [int(count) for count in COUNT.findall(head.group(0))]
        if max(counts, default=0) > limits["strings"]:
            raise RefusedError("damaged")
    if is_sheet and (far := FAR.search(window)):
        raise RefusedError("far_cell", cell=far.group(0)[3:-1].decode())
