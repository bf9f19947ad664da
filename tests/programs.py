"""Programs that some tests need: without one the test is left out, in CI it fails."""

import os
import shutil
from pathlib import Path

import pytest

WRITER = "libswlo.so"
"""The part of LibreOffice that opens texts; it can be installed without it."""
IMPRESS = "libsdlo.so"
"""The part that opens slides."""


def program(*names: str) -> str:
    """Where the first of these programs is."""
    for name in names:
        if path := shutil.which(name):
            return path
    return missing(f"{names[0]} is not installed")


def missing(reason: str) -> str:
    """End the test: there is nothing to run it with."""
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


def office(part: str = "") -> str:
    """Where LibreOffice is, with a part of it that the test needs."""
    path = program("soffice", "libreoffice")
    if part and not (Path(path).resolve().parent / part).exists():
        return missing(f"LibreOffice has no {part}")
    return path
