"""Names as others gave them, made fit to be stored and shown; no file of ours is called by them."""

import os
import unicodedata
import zipfile
from collections.abc import Iterable
from fnmatch import fnmatchcase

LONGEST = 300
KEPT_END = 40
UTF8_NAME = 0x800
HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Controls, direction marks, line separators, and what no letter stands for."""


def shown_name(name: str) -> str:
    """A file name as text: nothing in it moves the cursor, turns the line round or is invisible."""
    text = _decoded(os.fsencode(name))
    safe = "".join(_escaped(c) if unicodedata.category(c) in HIDDEN else c for c in text)
    if len(safe) <= LONGEST:
        return safe
    return f"{safe[: LONGEST - KEPT_END - 1]}…{safe[-KEPT_END:]}"


def member_name(info: zipfile.ZipInfo) -> str:
    """The name of a file in a zip; without the UTF-8 mark, as Chinese Windows writes it."""
    if info.flag_bits & UTF8_NAME:
        return info.orig_filename
    return _decoded(info.orig_filename.encode("cp437"))


def is_ignored(name: str, patterns: Iterable[str]) -> bool:
    """Whether a file or folder of this name is nothing that anybody sent."""
    return any(fnmatchcase(name.lower(), pattern) for pattern in patterns)


def _decoded(name: bytes) -> str:
    for encoding in ("utf-8", "gb18030"):
        try:
            return name.decode(encoding)
        except UnicodeDecodeError:
            continue
    return name.decode("utf-8", "backslashreplace")


def _escaped(letter: str) -> str:
    return f"\\u{ord(letter):04x}"
