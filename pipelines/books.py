"""A workbook for people on the disk; what the disk refuses is an error of the disk."""

import errno
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.exceptions import FileCreateError

TEXTS = {"strings_to_formulas": False, "strings_to_urls": False}
"""A text is a text, whatever it begins with: names come from outside."""


class Book(Workbook):  # type: ignore[misc]
    """The library's workbook, in a folder that is made if it is not there; texts stay texts."""

    def __init__(self, path: Path, options: Mapping[str, Any] | None = None) -> None:
        if path.is_dir():  # said before the work, not after it
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
        path.parent.mkdir(parents=True, exist_ok=True)
        super().__init__(str(path), {**TEXTS, **(options or {})})

    def close(self) -> None:
        """Write it.

        Raises:
            OSError: it cannot be written; the library would hide it in an exception of its own.
        """
        try:
            super().close()
        except FileCreateError as error:
            raise error.args[0] from error
