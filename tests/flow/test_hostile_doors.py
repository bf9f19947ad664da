"""Hostile files, sizes and names through both doors: every one classified, no worker dead."""

import os
import shutil
from datetime import datetime

import pytest
from sqlalchemy import select

from models.registry import receipt, submission
from pipelines.judging.intake import identify_received
from pipelines.receive import receive_file, receive_inbox
from pipelines.registry import reading, writing
from tests.hostile import hostile_files

pytestmark = pytest.mark.xdist_group("hostile")
AT = datetime(2026, 7, 20, 16)
FILES, SEED = 60, 20261122
SETTLED = {"refused", "held", "submitted", "expanded"}


@pytest.fixture(scope="module")
def book(small_city, workbooks):
    """The bytes of an honest workbook."""
    return workbooks[small_city.of("2026Q2")[0].issue.issue_id].read_bytes()


@pytest.fixture
def doors(small_city, catalogue, tmp_path):
    """A home of its own, and what each of its doors makes of files."""

    class Doors:
        home = small_city.home(tmp_path / "doors")

        def receive(self, path, at=AT):
            with writing(self.home) as registry:
                return receive_file(registry, self.home.archive, path, at, "cli", catalogue)

        def inbox(self, at=AT):
            with writing(self.home) as registry:
                return list(
                    receive_inbox(registry, self.home.inbox, self.home.archive, at, catalogue)
                )

        def identify(self):
            with writing(self.home) as registry:
                return identify_received(self.home, registry, catalogue)

        def rows(self, table=receipt):
            with reading(self.home) as registry:
                return registry.execute(select(table)).all()

    return Doors()


def test_no_hostile_file_kills_a_worker_or_stays_without_an_answer(doors, book, tmp_path):
    folder = tmp_path / "hostile"
    folder.mkdir()
    paths = [path for _, path in hostile_files(folder, [book], FILES, SEED)]
    doors.home.inbox.mkdir()
    for number, path in enumerate(paths):
        if number % 2:
            shutil.move(path, doors.home.inbox / path.name)
        else:
            doors.receive(path)
    doors.inbox()
    doors.identify()
    outcomes = {row.original_name: row for row in doors.rows()}
    assert {row.outcome for row in outcomes.values()} <= SETTLED
    assert not [row for row in outcomes.values() if row.outcome == "refused" and not row.reason]
    assert [
        p for p in doors.home.inbox.rglob("*.x*") if p.is_file() and "已收" not in p.parts
    ] == []


def test_same_bytes_twice_get_the_same_receipt_and_no_new_version(doors, book, tmp_path):
    for name in ("a.xlsx", "b.xlsx"):
        (tmp_path / name).write_bytes(book)
    first, again = doors.receive(tmp_path / "a.xlsx"), doors.receive(tmp_path / "b.xlsx")
    assert first == again
    assert doors.identify() == ["submitted"]
    assert len(doors.rows(submission)) == 1


def test_the_size_cap_is_kept_before_anything_is_stored(doors, tmp_path):
    path = tmp_path / "large.xlsx"
    with path.open("wb") as stream:
        stream.truncate(2 << 30)
    given = doors.receive(path)
    assert given.is_refused
    assert "25MB" in given.reason
    assert doors.rows() == []
    assert [p for p in doors.home.archive.rglob("*") if p.is_file()] == []


def test_hostile_names_are_stored_and_shown_escaped(doors, book, tmp_path):
    name = "甲\u202exslx.报表\n\x1b[31m.xlsx"
    path = tmp_path / name
    path.write_bytes(book)
    given = doors.receive(path)
    assert given.original_name == "甲\\u202exslx.报表\\u000a\\u001b[31m.xlsx"
    assert given.original_name.isprintable()
    raw = tmp_path / os.fsdecode("乙单位.xlsx".encode("gb18030"))
    raw.write_bytes(b"x")
    assert doors.receive(raw).original_name == "乙单位.xlsx"
    assert [
        p.name for p in doors.home.archive.rglob("*") if p.is_file() and len(p.name) != 64
    ] == []
