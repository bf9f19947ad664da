"""The same file, byte for byte, from the same snapshot: no clock but the snapshot's own."""

import re
from datetime import datetime
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

FIRST_DAY = (1980, 1, 1, 0, 0, 0)
TIMES = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*(<)")
SVG_NAMES = re.compile(rb'(?:defs-|trace|-)([0-9a-f]{6})"')
PDF_TIMES = re.compile(rb"(/(?:CreationDate|ModDate) ?\(D:)([^)]*)\)")
PDF_ZONE = b"+00'00'"
PDF_NAMES = re.compile(rb"(/ID \[ <)[0-9A-Fa-f]{32}(>\s*<)[0-9A-Fa-f]{32}(> \])")
PDF_SUMS = re.compile(rb"(/DocChecksum /)[0-9A-F]{32}")


def frozen(office: bytes, at: datetime) -> bytes:
    """An Office file whose times are the given one; embedded workbooks too."""
    stream = BytesIO()
    with ZipFile(BytesIO(office)) as old, ZipFile(stream, "w", ZIP_DEFLATED) as new:
        for name in old.namelist():
            data = old.read(name)
            if name.endswith(".xlsx"):
                data = frozen(data, at)
            if name == "docProps/core.xml":
                data = TIMES.sub(rb"\g<1>" + f"{at:%Y-%m-%dT%H:%M:%SZ}".encode() + rb"\2", data)
            entry = ZipInfo(name, FIRST_DAY)
            entry.compress_type = ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            new.writestr(entry, data)
    return stream.getvalue()


def frozen_pdf(pdf: bytes, at: datetime) -> bytes:
    """A PDF of LibreOffice or Chromium without its time and its random name, of equal length."""

    def timed(found: re.Match[bytes]) -> bytes:
        told = f"{at:%Y%m%d%H%M%S}".encode() + PDF_ZONE
        room = len(found[2])
        return found[1] + told[:room].ljust(room, b"Z") + b")"

    pdf = PDF_TIMES.sub(timed, pdf)
    pdf = PDF_NAMES.sub(rb"\g<1>" + b"0" * 32 + rb"\g<2>" + b"0" * 32 + rb"\3", pdf)
    return PDF_SUMS.sub(rb"\g<1>" + b"0" * 32, pdf)


def frozen_svg(svg: bytes) -> bytes:
    """A drawing of plotly.js: the random names of itself and of its traces are numbered."""
    for number, name in enumerate(dict.fromkeys(SVG_NAMES.findall(svg)), start=1):
        svg = re.sub(rb"(?<=[a-z-])" + name, f"{number:06}".encode(), svg)
    return svg
