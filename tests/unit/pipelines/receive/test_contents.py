"""A zip of workbooks: one level, each with its own receipt."""

import zipfile
from datetime import datetime

import pytest
from sqlalchemy import select

from models.registry import receipt
from pipelines.receive import receive_file
from pipelines.registry import open_registry
from tests.hostile import ods, zipped

AT = datetime(2026, 10, 9, 12)
PLAIN = b"PK\x01\x02\x14\x03\x14\x00\x00\x00"
"""How an entry of the directory begins; its last two bytes say that it has no password."""
ONE, TWO = ods("<table:table-row/>"), ods("<table:table-row/><table:table-row/>")


@pytest.fixture
def registry(tmp_path):
    with open_registry(tmp_path / "registry.sqlite").connect() as connection:
        yield connection


@pytest.fixture
def receive(registry, tmp_path, catalogue):
    def received(data, name="全县.zip"):
        path = tmp_path / name
        path.write_bytes(data)
        return receive_file(registry, tmp_path / "archive", path, AT, "cli", catalogue)

    return received


def test_every_workbook_in_a_zip_gets_its_own_receipt(receive, registry):
    given = receive(zipped([("甲单位.xlsx", ONE), ("乡镇/乙单位.ods", TWO)]))
    assert given.outcome == "expanded"
    assert [each.original_name for each in given.contents] == [
        "全县.zip/甲单位.xlsx",
        "全县.zip/乡镇/乙单位.ods",
    ]
    assert {each.outcome for each in given.contents} == {"received"}
    assert {each.parent_receipt_id for each in given.contents} == {given.receipt_id}
    assert "2份" in given.reason
    assert len(registry.execute(select(receipt)).all()) == 3


def test_names_of_chinese_windows_are_read(receive):
    raw = "甲单位.xlsx".encode("gb18030")
    data = zipped([("x" * len(raw), ONE)]).replace(b"x" * len(raw), raw)
    (inner,) = receive(data, "b.zip").contents
    assert inner.original_name == "b.zip/甲单位.xlsx"


def test_what_is_no_workbook_is_listed_and_gets_no_receipt(receive, registry):
    inner = zipped([("c.xlsx", ONE)])
    parts = [("a.xlsx", ONE), ("说明.pdf", b"%PDF-1.7"), ("再包.zip", inner), ("坏.xlsx", b"x")]
    given = receive(zipped([*parts, ("__MACOSX/._a.xlsx", b"x"), ("~$a.xlsx", b"x")]))
    assert "另有2个文件不是工作簿,未受理:说明.pdf、再包.zip" in given.reason
    outcomes = {each.original_name: each.outcome for each in given.contents}
    assert outcomes == {"全县.zip/a.xlsx": "received", "全县.zip/坏.xlsx": "refused"}


def test_a_zip_in_a_zip_is_not_opened(receive):
    given = receive(zipped([("内.zip", zipped([("a.xlsx", ONE)]))]))
    assert given.is_refused
    assert "没有工作簿" in given.reason


def test_the_same_zip_again_gives_the_same_receipts(receive, registry):
    data = zipped([("a.xlsx", ONE), ("b.xlsx", TWO)])
    assert receive(data) == receive(data, "again.zip")
    assert len(registry.execute(select(receipt)).all()) == 3


def test_a_workbook_that_came_before_keeps_its_receipt(receive):
    first = receive(ONE, "a.xlsx")
    given = receive(zipped([("b.xlsx", ONE)]))
    assert given.contents == (first,)


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda data: data[:-10], "已损坏"),
        (lambda data: data.replace(PLAIN, PLAIN[:-2] + b"\x01\x00"), "设有密码"),
        (lambda _: zipped([("a.xlsx", bytes(300 << 20))]), "解压后超过"),
        (lambda _: zipped((f"{n}.xlsx", b"") for n in range(3000)), "超过2000个"),
        (lambda _: zipped([]), "没有文件"),
    ],
    ids=["cut", "password", "bomb", "many", "empty"],
)  # fmt: skip
def test_a_zip_that_must_not_be_opened_is_refused_whole(receive, spoil, words):
    given = receive(spoil(zipped([("a.xlsx", ONE)])))
    assert given.is_refused
    assert words in given.reason
    assert given.contents == ()


def test_a_zip_entry_that_leads_outside_is_a_name_and_no_place(receive, tmp_path):
    given = receive(zipped([("../../evil.xlsx", ONE)]))
    assert [each.original_name for each in given.contents] == ["全县.zip/../../evil.xlsx"]
    assert not list(tmp_path.parent.rglob("evil.xlsx"))
    assert zipfile.is_zipfile(tmp_path / "全县.zip")
