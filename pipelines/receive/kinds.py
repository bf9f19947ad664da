"""What a file is, by its first bytes and never by its name."""

import codecs
import re

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
SPREADSHEET_2003 = b"urn:schemas-microsoft-com:office:spreadsheet"
PLAIN = {
    b"%PDF": "pdf",
    b"{\\rtf": "word",
    b"\x89PNG": "image",
    b"\xff\xd8\xff": "image",
    b"GIF8": "image",
    b"BM": "image",
    b"II*\x00": "image",
    b"MM\x00*": "image",
    b"RIFF": "image",
    b"Rar!": "other_archive",
    b"7z\xbc\xaf": "other_archive",
    b"\x1f\x8b": "other_archive",
    b"BZh": "other_archive",
    b"\xfd7zXZ": "other_archive",
    b"MIME-Version:": "html",
    # Sheets of Excel 2 to 4, which have no container.
    b"\x09\x00\x04\x00": "old_excel",
    b"\x09\x02\x06\x00": "old_excel",
    b"\x09\x04\x06\x00": "old_excel",
    b"\x09\x08\x08\x00": "old_excel",
    b"\x09\x08\x10\x00": "old_excel",
}
ZIPPED = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
HTML = re.compile(rb"<(?:!doctype\s+html|html|head|body|table|meta|div|style|script)\b", re.I)
MARKUP = re.compile(rb"^(?:<\?xml|<!|<[a-z:]+[\s>/])", re.I)
WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def kind_of(head: bytes) -> str:
    """`zip`, `ole`, `xml_2003` for what may be a workbook; else the reason it is refused for."""
    if head.startswith(OLE):
        return "ole"
    if head.startswith(ZIPPED):
        return "zip"
    for magic, kind in PLAIN.items():
        if head.startswith(magic):
            return kind
    return _kind_of_text(head)


def _kind_of_text(head: bytes) -> str:
    text = head.removeprefix(codecs.BOM_UTF8)
    is_wide = head.startswith(WIDE) or text[1:2] == b"\0"
    if is_wide:
        text = head[2:].replace(b"\0", b"") if head.startswith(WIDE) else text.replace(b"\0", b"")
    text = text.lstrip()
    if MARKUP.match(text):
        if SPREADSHEET_2003 in text:
            return "xml_2003"
        return "html" if HTML.search(text) else "markup"
    return "text" if _is_text(text, is_wide=is_wide) else "not_a_workbook"


def _is_text(text: bytes, *, is_wide: bool) -> bool:
    """Whether these are letters: no control characters but those that end lines and fields."""
    odd = sum(byte < ord(" ") and byte not in b"\t\r\n\f" for byte in text[:4096])
    return odd == 0 or (is_wide and odd * 3 < len(text[:4096]))
