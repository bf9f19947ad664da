"""Backup, restore and doctor on a small city: the drill that an office would go through."""

import json
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import timedelta

import duckdb
import pytest
from sqlalchemy import select

from models.registry import receipt
from pipelines.building import rebuild
from pipelines.judging.intake import identify_received
from pipelines.keeping.backup import CannotBackUpError, make_backup
from pipelines.keeping.doctor import examine
from pipelines.keeping.repository import DamagedBackupError, newest, read_manifest
from pipelines.keeping.restore import HomeNotEmptyError, restore_backup, verify_backup
from pipelines.keeping.trouble import Visit
from pipelines.receive import receive_file
from pipelines.records.quarters import current
from pipelines.registry import held, reading, writing
from pipelines.settings import CHECKOUT, Home
from tests.flow.keeping.conftest import AT, LATER, PERIOD, RECEIVED

pytestmark = pytest.mark.xdist_group("keeping")
WRITER = """
import sys
from datetime import datetime
from pathlib import Path
from models.loader import load_catalogue
from pipelines.receive import receive_file
from pipelines.registry import writing
from pipelines.settings import Home
home, source, catalogue = Home(Path(sys.argv[1])), Path(sys.argv[2]), load_catalogue()
number = 0
while True:
    source.write_bytes(b"PK\\x03\\x04 file %d" % number)
    with writing(home) as registry:
        receive_file(registry, home.archive, source, datetime(2026, 7, 20), "cli", catalogue)
    number += 1
    print(number, flush=True)
"""


def tables(home):
    """Table -> its rows in an order of their own, of everything that is made again."""
    with duckdb.connect(str(home.warehouse), read_only=True) as con:
        names = con.execute(
            "SELECT table_schema || '.' || table_name FROM information_schema.tables"
            " WHERE table_schema IN ('core', 'marts') AND table_type = 'BASE TABLE'"
        ).fetchall()
        return {
            name: sorted(map(_shown, con.execute(f"SELECT * FROM {name}").fetchall()))  # noqa: S608
            for (name,) in names
        }


def _shown(row):
    """Numbers that are no decimals to nine places: what a rebuild must be is tested elsewhere."""
    return repr([round(each, 9) if isinstance(each, float) else each for each in row])


def receipts(home):
    with reading(home) as registry:
        return registry.execute(select(receipt).order_by(receipt.c.receipt_id)).all()


def troubles(home, catalogue, *, deep=False):
    return {(each.severity, each.name) for each in examine(Visit(home, catalogue, LATER, deep))} - {
        ("hint", "no_browser"),
        ("hint", "no_font"),
        ("hint", "no_office"),
        ("hint", "disk_low"),
    }


def test_after_a_wipe_the_restored_home_is_the_one_that_was_lost(
    home, few, workbooks, catalogue, tmp_path
):
    before, given = tables(home), receipts(home)
    pointer = (home.published / "current").read_text()
    make_backup(home, catalogue, tmp_path / "backup", AT)
    shutil.rmtree(home.root)
    restore_backup(newest(tmp_path / "backup"), home)
    with writing(home) as registry:
        rebuild(home, registry, catalogue)
    assert tables(home) == before
    assert len(before["core.submission"]) == RECEIVED
    assert len(before["marts.indicator_value"]) > 0
    assert receipts(home) == given
    assert (home.published / "current").read_text() == pointer
    assert (home.published / pointer).is_file()
    assert [path.read_bytes() for path in home.published.rglob("*.png")] == [b"a picture"]
    assert home.key.stat().st_mode & 0o777 == 0o600
    assert troubles(home, catalogue, deep=True) == set()


def test_a_restored_home_goes_on_receiving_and_knows_its_own_workbooks(
    few, workbooks, catalogue, kept, tmp_path
):
    home = Home(tmp_path / "home")
    restore_backup(kept.folder, home)
    new = few.planned[RECEIVED].issue
    with writing(home) as registry:
        receive_file(registry, home.archive, workbooks[new.issue_id], LATER, "cli", catalogue)
        assert identify_received(home, registry, catalogue) == ["submitted"]
        assert new.unit_code in current(registry, PERIOD)
    assert [row.receipt_id for row in receipts(home)] == list(range(1, RECEIVED + 2))


def test_a_backup_while_others_receive_has_the_file_of_every_receipt_in_it(
    home, catalogue, tmp_path
):
    command = [sys.executable, "-c", WRITER, str(home.root), str(tmp_path / "表.xlsx")]
    with subprocess.Popen(command, cwd=CHECKOUT, stdout=subprocess.PIPE) as writer:  # noqa: S603 ours
        writer.stdout.readline()
        for number in range(100):
            saved = make_backup(home, catalogue, tmp_path / "b", AT + timedelta(hours=number))
            assert saved.manifest.lost == []
            if number >= 4 and saved.added:
                break
        assert writer.poll() is None
        writer.kill()
    copies = sorted((tmp_path / "b").glob("2*"))
    counts = [_checked_receipts(copy) for copy in copies]
    assert counts == sorted(counts)
    assert counts[-1] > counts[0] > RECEIVED
    for copy in copies:
        verify_backup(copy)


def _checked_receipts(copy):
    """How many receipts a backup has, each with its file."""
    with closing(sqlite3.connect(copy / "registry.sqlite")) as con:
        hashes = [row[0] for row in con.execute("SELECT file_sha256 FROM receipt")]
    named = {held.sha256 for held in read_manifest(copy).files.values()}
    assert set(hashes) <= named
    return len(hashes)


def test_a_second_backup_copies_only_what_is_new(home, catalogue, tmp_path):
    first = make_backup(home, catalogue, tmp_path / "b", AT)
    path = tmp_path / "表.xlsx"
    path.write_bytes(b"PK\x03\x04 new")
    with writing(home) as registry:
        receive_file(registry, home.archive, path, AT, "cli", catalogue)
    second = make_backup(home, catalogue, tmp_path / "b", LATER)
    assert first.added == len([name for name in first.manifest.files if "/" in name])
    assert second.added == 1
    assert newest(tmp_path / "b") == second.folder


def test_a_backup_takes_no_lock_and_asks_for_none(home, catalogue, tmp_path):
    with held(home.root / "run.lock"), held(home.root / "build.lock"):
        assert make_backup(home, catalogue, tmp_path / "b", AT).manifest.receipts == RECEIVED


def test_what_was_lost_before_the_backup_is_named_and_the_rest_is_saved(home, catalogue, tmp_path):
    files = sorted(path for path in home.archive.rglob("*") if path.is_file())
    files[0].unlink()
    files[1].write_bytes(b"rotten")
    saved = make_backup(home, catalogue, tmp_path / "b", AT)
    assert saved.manifest.lost == [path.relative_to(home.root).as_posix() for path in files[:2]]
    assert saved.manifest.receipts == RECEIVED - 2
    verify_backup(saved.folder)


def harm(path, how):
    data = path.read_bytes()
    path.chmod(0o600)
    match how:
        case "flipped":
            path.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
        case "truncated":
            path.write_bytes(data[: len(data) // 2])
        case "missing":
            path.unlink()


@pytest.mark.parametrize("how", ["flipped", "truncated", "missing"])
@pytest.mark.parametrize("which", ["archived", "registry.sqlite", "site.key", "manifest.json"])
def test_a_damaged_backup_is_named_by_file_and_nothing_of_it_is_put_in_place(
    backup, tmp_path, which, how
):
    files = backup.parent / "files"
    path = max(files.rglob("*"), key=_weight) if which == "archived" else backup / which
    harm(path, how)
    with pytest.raises(DamagedBackupError) as verified:
        verify_backup(backup)
    with pytest.raises(DamagedBackupError) as restored:
        restore_backup(backup, Home(tmp_path / "new"))
    assert verified.value.files == restored.value.files == [str(path)]
    assert not (tmp_path / "new").exists() or list((tmp_path / "new").iterdir()) == []


def _weight(path):
    return path.stat().st_size if path.is_file() else 0


def test_nothing_is_restored_over_a_home_that_holds_something(home, kept):
    before = sorted(home.root.rglob("*"))
    with pytest.raises(HomeNotEmptyError):
        restore_backup(kept.folder, home)
    assert sorted(home.root.rglob("*")) == before


def test_a_backup_is_not_put_into_the_home_that_it_saves(home, catalogue):
    with pytest.raises(CannotBackUpError):
        make_backup(home, catalogue, home.root / "backup", AT)


def test_a_backup_that_broke_off_has_no_name_and_does_not_stand_in_the_way(
    home, catalogue, tmp_path
):
    left = tmp_path / "b" / ".20260720T160000.making"
    left.mkdir(parents=True)
    (left / "registry.sqlite").write_bytes(b"half")
    saved = make_backup(home, catalogue, tmp_path / "b", AT)
    verify_backup(saved.folder)
    assert not left.exists()


def test_the_three_verbs_say_in_chinese_what_they_did_and_what_comes_next(home, sanji, tmp_path):
    # `sanji` sets a home of its own, which is the same folder.
    out = tmp_path / "备份"
    code, said, _ = sanji("backup", "--out", out, "--at", "2026-07-21T03:00")
    assert (code, "密钥" in said, "--verify" in said) == (0, True, True)
    code, said, _ = sanji("backup", "--verify", out)
    assert (code, "完好" in said) == (0, True)
    code, said, _ = sanji("restore", out, "--to", tmp_path / "新", "--json")
    assert (code, json.loads(said)["receipts"]) == (0, RECEIVED)
    code, _, err = sanji("restore", out, "--to", tmp_path / "新")
    assert (code, "不是空的" in err) == (2, True)
    code, _, err = sanji("backup")
    assert (code, "二者选一" in err) == (2, True)
    code, said, _ = sanji("doctor", "--json", "--at", "2026-07-21T03:00")
    assert (code, {each["severity"] for each in json.loads(said)} <= {"hint"}) == (0, True)
