"""What the inbox takes, what it leaves, and what it says of that."""

import os
import shutil
import tempfile
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from models.period import ZONE
from pipelines.receive import look, receive_inbox
from pipelines.registry import open_registry

COPIED = datetime(2026, 10, 9, 12)
LATER = COPIED + timedelta(minutes=5)


@pytest.fixture
def inbox(tmp_path):
    folder = tmp_path / "inbox"
    folder.mkdir()
    return folder


@pytest.fixture
def put(inbox):
    """Lay a file into the inbox, last changed at an hour."""

    def lay(name, data=b"%PDF-1.7", at=COPIED):
        path = inbox / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        os.utime(path, (at.replace(tzinfo=ZONE).timestamp(),) * 2)
        return path

    return lay


@pytest.fixture
def seen(inbox, catalogue):
    """Names of what would be taken, and reasons of what would be left, by name."""

    def looked(at=LATER):
        found = look(inbox, at, catalogue)
        names = [str(path.relative_to(inbox)) for path in found.ready]
        return names, {str(each.path.relative_to(inbox)): each.reason for each in found.left}

    return looked


def test_a_file_changed_a_moment_ago_is_left_for_the_next_look(put, seen):
    put("a.xlsx")
    assert seen(COPIED + timedelta(seconds=1)) == ([], {"a.xlsx": "fresh"})
    assert seen(COPIED + timedelta(seconds=4)) == (["a.xlsx"], {})


def test_the_first_half_of_a_copy_that_came_to_a_halt_is_waited_for(put, seen):
    put("half.xlsx", b"PK\x03\x04 the first part")
    assert seen(COPIED + timedelta(seconds=10)) == ([], {"half.xlsx": "unfinished"})
    assert seen(COPIED + timedelta(seconds=30)) == (["half.xlsx"], {})


def test_an_hour_that_was_given_says_nothing_of_the_last_moments(put, seen):
    put("a.xlsx")
    assert seen(COPIED - timedelta(days=90)) == (["a.xlsx"], {})


@pytest.mark.parametrize(
    "name", ["~$a.xlsx", ".~lock.a.xlsx#", "a.xlsx.tmp", "a.part", "A.CRDOWNLOAD", ".DS_Store",
             "Thumbs.db"]
)  # fmt: skip
def test_lock_files_and_halves_of_downloads_are_left_alone(put, seen, name):
    put(name)
    assert seen() == ([], {name: "ignored"})


def test_links_are_never_followed(put, inbox, seen, tmp_path):
    secret = tmp_path / "secret"
    secret.mkdir()
    (secret / "other.xlsx").write_bytes(b"%PDF")
    (inbox / "link.xlsx").symlink_to(secret / "other.xlsx")
    (inbox / "folder").symlink_to(secret)
    (inbox / "gone.xlsx").symlink_to(tmp_path / "nowhere")
    assert seen() == ([], dict.fromkeys(("folder", "gone.xlsx", "link.xlsx"), "link"))


def test_subfolders_are_walked_to_a_depth(put, seen, catalogue):
    deep = "/".join("abcdefghij")
    put("县/乡/a.xlsx")
    put(f"{deep}/b.xlsx")
    ready, left = seen()
    assert ready == ["县/乡/a.xlsx"]
    depth = catalogue.parameters["inbox"]["depth"]
    assert left == {"/".join("abcdefghij"[:depth]): "deep"}


def test_what_is_no_file_or_too_large_is_left_and_said(put, inbox, seen):
    os.mkfifo(inbox / "pipe.xlsx")
    with (inbox / "large.xlsx").open("wb") as stream:
        stream.truncate(1 << 31)
    assert seen() == ([], {"large.xlsx": "too_large", "pipe.xlsx": "special"})


def test_a_file_that_may_not_be_read_is_left_and_said(catalogue):
    folder = Path(tempfile.mkdtemp())
    try:
        folder.chmod(0o755)
        locked = folder / "a.xlsx"
        locked.write_bytes(b"%PDF")
        locked.chmod(0)
        is_root = os.geteuid() == 0
        if is_root:
            os.seteuid(65534)
        try:
            found = look(folder, LATER, catalogue)
        finally:
            if is_root:
                os.seteuid(0)
        assert [(each.path.name, each.reason) for each in found.left] == [("a.xlsx", "unreadable")]
    finally:
        shutil.rmtree(folder)


def test_what_was_left_is_told_with_its_name_escaped(put, inbox, catalogue):
    put("~$甲\u202e\n.xlsx")
    (left,) = look(inbox, LATER, catalogue).left
    told = left.told(inbox, catalogue)
    assert told.isprintable()
    assert "~$甲\\u202e\\u000a.xlsx" in told


def test_what_was_received_is_moved_and_not_received_again(put, inbox, catalogue, tmp_path):
    put("县/a.xlsx")
    with open_registry(tmp_path / "registry.sqlite").connect() as registry:
        take = lambda: list(  # noqa: E731
            receive_inbox(registry, inbox, tmp_path / "archive", LATER, catalogue)
        )
        (given,) = take()
        assert take() == []
    assert (inbox / "已收" / given.file_sha256[:12] / "a.xlsx").is_file()
    assert not (inbox / "县" / "a.xlsx").exists()
