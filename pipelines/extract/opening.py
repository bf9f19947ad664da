"""Which format a file is, by its content, and the reader for it; names and endings say nothing."""

import zipfile
from importlib import import_module
from io import BytesIO
from pathlib import Path

from pipelines.extract.book import Book, UnreadableError, damage_is_told

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP = b"PK\x03\x04"
PACKAGE = "EncryptedPackage".encode("utf-16-le")
PASSWORD = "VelvetSweatshop"  # noqa: S105 Excel's own, with which it opens files unasked
MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


def open_book(path: str) -> Book:
    """Open a workbook.

    Raises:
        UnreadableError: it is no workbook that can be read, for a reason the sender is told.
    """
    data = Path(path).read_bytes()
    with damage_is_told():
        return _opened(data)


def _opened(data: bytes) -> Book:
    # A reader is imported when a file needs it: most files need one.
    if data.startswith(ZIP):
        return _package(data)
    if data.startswith(OLE):
        return _ole(data)
    if data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<") or data.startswith(MARKS):
        return _with("spreadsheetml", "SpreadsheetMLBook", data)
    raise UnreadableError("not_a_workbook")


def _with(module: str, reader: str, data: bytes) -> Book:
    book: Book = getattr(import_module(f"pipelines.extract.{module}"), reader)(data)
    return book


def _package(data: bytes) -> Book:
    names = zipfile.ZipFile(BytesIO(data)).namelist()
    if "xl/workbook.xml" in names:
        return _with("xlsx", "XlsxBook", data)
    if "content.xml" in names:
        return _with("ods", "OdsBook", data)
    raise UnreadableError("not_a_workbook")


def _ole(data: bytes) -> Book:
    if PACKAGE in data:
        return _package(_decrypted(data))
    try:
        return _with("xls", "XlsBook", data)
    except UnreadableError as error:
        if error.state != "password":
            raise
    return _with("xls", "XlsBook", _decrypted(data))


class _NoFiles:
    """What the library has in place of temporary files: this process may not write any."""

    TemporaryFile = BytesIO


def _decrypted(data: bytes) -> bytes:
    """The workbook inside, if it has Excel's default password."""
    # Slow to import, and hardly ever needed.
    from msoffcrypto import OfficeFile, exceptions  # noqa: PLC0415
    from msoffcrypto.format import xls97  # noqa: PLC0415

    xls97.tempfile = _NoFiles
    plain = BytesIO()
    try:
        locked = OfficeFile(BytesIO(data))
        locked.load_key(password=PASSWORD)
        locked.decrypt(plain)
    except (exceptions.InvalidKeyError, exceptions.DecryptionError) as error:
        raise UnreadableError("password", str(error)) from error
    except exceptions.FileFormatError as error:
        raise UnreadableError("damaged", str(error)) from error
    if not plain.getvalue().startswith((OLE, ZIP)):
        raise UnreadableError("password")
    return plain.getvalue()
