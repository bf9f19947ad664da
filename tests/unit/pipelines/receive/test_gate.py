import zipfile
from string import Formatter

import pytest

from pipelines.receive.gate import check_gate
from pipelines.receive.refused import RefusedError

PIECES = ("lost_cells",)
"""Texts that stand inside another one."""
WORKBOOK = b'<?xml version="1.0"?><workbook/>'


def package(path, parts, compression=zipfile.ZIP_DEFLATED):
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, body in parts:
            archive.writestr(name, body)
    return path


def reason(path, catalogue, **limits):
    with pytest.raises(RefusedError) as refused:
        check_gate(path, {**catalogue.parameters["gate"], **limits})
    return refused.value.reason


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "empty"),
        (b"just words", "text"),
        ("单位,人数\n甲,3".encode("gb18030"), "text"),
        ("甲,3".encode("utf-16"), "text"),
        (b"\x00\x01\x02 bytes", "not_a_workbook"),
        (b"<html><table></table></html>", "html"),
        ("\ufeff\n<!DOCTYPE HTML><p>".encode(), "html"),
        (b'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"/>', "html"),
        (b'<?xml version="1.0"?><Workbook/>', "markup"),
        (b"%PDF-1.7", "pdf"),
        (b"\x89PNG\r\n", "image"),
        (b"Rar!\x1a\x07\x01", "other_archive"),
        (b"7z\xbc\xaf\x27\x1c", "other_archive"),
        (b"{\\rtf1", "word"),
        (b"\x09\x04\x06\x00\x00\x04", "old_excel"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "damaged"),
        (b"PK\x03\x04 cut short", "damaged"),
    ],
)
def test_what_is_no_workbook_is_refused_by_content(tmp_path, catalogue, body, why):
    path = tmp_path / "report.xlsx"
    path.write_bytes(body)
    assert reason(path, catalogue) == why


def test_an_archive_of_other_things_is_refused(tmp_path, catalogue):
    path = package(tmp_path / "a.xlsx", [("a.txt", b"x")])
    assert reason(path, catalogue) == "archive"


def test_a_zip_bomb_is_refused_by_what_it_unpacks_to(tmp_path, catalogue):
    parts = [("xl/workbook.xml", WORKBOOK), ("xl/media/a.bin", b"\0" * 3_000_000)]
    path = package(tmp_path / "a.xlsx", parts)
    assert path.stat().st_size < 10_000
    assert reason(path, catalogue, unpacked_bytes=1_000_000) == "too_large_unpacked"


def test_a_document_type_is_refused(tmp_path, catalogue):
    body = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><workbook/>'
    path = package(tmp_path / "a.xlsx", [("xl/workbook.xml", body)])
    assert reason(path, catalogue) == "doctype"


@pytest.mark.parametrize("name", ["../evil.xml", "/etc/passwd", "..\\evil.xml", "C:\\evil.xml"])
def test_a_path_that_leads_outside_is_refused(tmp_path, catalogue, name):
    path = package(tmp_path / "a.xlsx", [("xl/workbook.xml", WORKBOOK), (name, b"x")])
    assert reason(path, catalogue) == "damaged"


def test_a_string_count_that_cannot_be_is_refused(tmp_path, catalogue):
    strings = b'<sst count="1" uniqueCount="4294967295"></sst>'
    parts = [("xl/workbook.xml", WORKBOOK), ("xl/sharedStrings.xml", strings)]
    assert reason(package(tmp_path / "a.xlsx", parts), catalogue) == "too_many_strings"


def test_a_cell_at_the_far_end_of_the_sheet_is_refused_by_its_address(tmp_path, catalogue):
    sheet = b'<sheetData><row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    parts = [("xl/workbook.xml", WORKBOOK), ("xl/worksheets/sheet1.xml", sheet)]
    path = package(tmp_path / "a.xlsx", parts)
    with pytest.raises(RefusedError) as refused:
        check_gate(path, catalogue.parameters["gate"])
    assert (refused.value.reason, refused.value.fills["cell"]) == ("far_cell", "XFD1048576")


def test_every_reason_has_its_chinese_text(catalogue):
    reasons = {n: t for n, t in catalogue.wording["receive"].items() if not n.startswith(PIECES)}
    for name, text in reasons.items():
        fills = {fill: 1 for _, fill, _, _ in Formatter().parse(text) if fill} | {"file": "f"}
        assert "f:" in catalogue.say(f"receive.{name}", **fills)
