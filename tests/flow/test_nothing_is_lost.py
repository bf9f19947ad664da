"""What is received is not lost: disks that fail, processes that are killed, files that go bad."""

import json
import os
import random
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest

from pipelines.building import build_warehouse, rebuild
from pipelines.catalogues.kept import sql_hash
from pipelines.issue.write import write_issue
from pipelines.judging.intake import identify_received
from pipelines.keeping.doctor import examine
from pipelines.keeping.reconcile import LostFilesError
from pipelines.keeping.trouble import Visit
from pipelines.receive import receive_file
from pipelines.receive.archive import place
from pipelines.registry import DamagedRegistryError, reading, writing
from pipelines.settings import CHECKOUT
from pipelines.warehouse import DamagedWarehouseError, open_warehouse, read_stamp
from tests.flow.conftest import SmallCity

AT = datetime(2026, 7, 20, 16)
COMPILER = shutil.which("cc")


def sweep(module, *arguments, **more):
    """Run a sweep in a process of its own; return what it saw."""
    done = subprocess.run(  # noqa: S603 our own module
        [sys.executable, "-m", module, *map(str, arguments)],
        cwd=CHECKOUT,
        env={**os.environ, **more},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()[-3000:]
    return json.loads(done.stdout)


@pytest.mark.skipif(COMPILER is None, reason="no C compiler to make the failing disk with")
@pytest.mark.skipif(sys.platform != "linux", reason="the failing disk is made for Linux")
def test_whichever_operation_of_the_disk_fails_no_receipt_is_without_its_file(tmp_path):
    library = tmp_path / "failing_disk.so"
    source = CHECKOUT / "tests" / "failing_disk.c"
    command = [COMPILER, "-shared", "-fPIC", "-o", str(library), str(source), "-ldl"]
    subprocess.run(command, check=True)  # noqa: S603 the compiler, found on the path
    seen = sweep("tests.disk_sweep", library, "--out", tmp_path / "s", LD_PRELOAD=str(library))
    assert seen["operations"] > 30
    assert seen["failed"] > 3 * 30
    assert seen["told"] >= 3


@pytest.fixture(scope="module")
def few(small_city):
    """Some workbooks of the small city."""
    return SmallCity(small_city.sample, tuple(small_city.of("2026Q2")[:8]))


def test_whenever_the_intake_is_killed_nothing_is_lost_and_nothing_double(few, catalogue, tmp_path):
    home = few.home(tmp_path / "home")
    for each in few.planned:
        write_issue(home.inbox / f"{each.issue.issue_id}.xlsx", catalogue, each)
    for kills, last in ((16, "receive"), (4, "identify")):
        options = ("--kills", kills, "--steps", last, "--seed", kills)
        seen = sweep("tests.kill_sweep", home.root, "--out", tmp_path / last, *options)
        assert (seen["kills"], seen["files"]) == (kills, len(few.planned))


@pytest.fixture(scope="module")
def taken_in(few, workbooks, catalogue, tmp_path_factory):
    """A home with a few submissions and a warehouse."""
    home = few.home(tmp_path_factory.mktemp("home"))
    with writing(home) as registry:
        for each in few.planned[:3]:
            path = workbooks[each.issue.issue_id]
            receive_file(registry, home.archive, path, AT, "cli", catalogue)
        identify_received(home, registry, catalogue)
        build_warehouse(home, registry, catalogue, [])
    return home


@pytest.fixture
def home(taken_in, tmp_path, monkeypatch):
    """A copy of it, in force."""
    shutil.copytree(taken_in.root, tmp_path / "home")
    monkeypatch.setenv("SANJI_HOME", str(tmp_path / "home"))
    return type(taken_in)(tmp_path / "home")


def flip(path, offset, bit=4):
    with path.open("r+b") as stream:
        stream.seek(offset)
        (byte,) = stream.read(1)
        stream.seek(offset)
        stream.write(bytes([byte ^ bit]))


def found(home, catalogue, *, deep=False):
    return {each.name for each in examine(Visit(home, catalogue, AT, deep))}


def archived_file(home):
    with reading(home) as registry:
        row = registry.exec_driver_sql(
            "SELECT file_sha256 FROM receipt ORDER BY receipt_id"
        ).first()
    return place(home.archive, row.file_sha256)


def test_a_run_stops_with_our_name_where_a_file_with_a_receipt_is_gone(home, catalogue):
    archived_file(home).unlink()
    with writing(home) as registry, pytest.raises(LostFilesError, match=r"^\d\(.*\.xlsx\)$"):
        identify_received(home, registry, catalogue)
    assert "lost_files" in found(home, catalogue)


def test_the_same_file_sent_again_mends_the_archive(home, few, workbooks, catalogue):
    lost, path = archived_file(home), workbooks[few.planned[0].issue.issue_id]
    lost.write_bytes(lost.read_bytes()[:100])
    assert "damaged_files" in found(home, catalogue)
    with writing(home) as registry:
        receive_file(registry, home.archive, path, AT, "cli", catalogue)
    assert not {"damaged_files", "lost_files"} & found(home, catalogue, deep=True)


def test_a_flipped_bit_in_the_archive_is_found_by_reading_every_byte(home, catalogue):
    flip(archived_file(home), 1000)
    assert "damaged_files" not in found(home, catalogue)
    assert "damaged_files" in found(home, catalogue, deep=True)


@pytest.mark.parametrize("seed", range(1, 6))
def test_a_flipped_bit_in_the_warehouse_is_found_or_is_where_nothing_stands(home, catalogue, seed):
    # Blocks that are not in use have nothing to be damaged.
    offset = random.Random(seed).randrange(home.warehouse.stat().st_size)  # noqa: S311 a place
    flip(home.warehouse, offset)
    assert "damaged_warehouse" in found(home, catalogue, deep=True) or _reads_as_ever(home)


def test_a_flipped_bit_in_the_head_of_the_warehouse_is_found_and_a_rebuild_mends_it(
    home, catalogue
):
    flip(home.warehouse, 100)
    assert "damaged_warehouse" in found(home, catalogue, deep=True)
    log = home.warehouse.with_name(f"{home.warehouse.name}.wal")
    log.write_bytes(b"of another file, and to go with the damaged one")
    with writing(home) as registry:
        rebuild(home, registry, catalogue)
    assert "damaged_warehouse" not in found(home, catalogue, deep=True)
    assert not log.exists()


def _reads_as_ever(home):
    with open_warehouse(home.warehouse) as con:
        return con.execute("SELECT count(*) FROM core.submission").fetchall() == [(3,)]


def test_a_damaged_warehouse_is_told_in_chinese_and_by_its_own_error(home, sanji, catalogue):
    home.warehouse.write_bytes(b"not a warehouse" * 1000)
    with pytest.raises(DamagedWarehouseError):
        read_stamp(home.warehouse)
    assert "damaged_warehouse" in found(home, catalogue)
    with writing(home) as registry:
        assert rebuild(home, registry, catalogue).periods == ("2026Q2",)
    assert read_stamp(home.warehouse) == (catalogue.hash, sql_hash())


def test_a_registry_whose_pages_are_damaged_is_named_with_the_way_out(home, catalogue):
    with closing(sqlite3.connect(home.registry)) as con:
        con.execute("PRAGMA journal_mode = DELETE")
        (page,) = con.execute("SELECT rootpage FROM sqlite_master WHERE name='receipt'").fetchone()
        (size,) = con.execute("PRAGMA page_size").fetchone()
    flip(home.registry, (page - 1) * size, bit=255)
    assert "registry_damaged" in found(home, catalogue)
    with pytest.raises(DamagedRegistryError), reading(home) as registry:
        registry.exec_driver_sql("SELECT * FROM receipt").all()
    assert "sanji restore" in catalogue.say("keeping.registry_damaged", path="p", seen="s")


def test_a_registry_that_is_no_database_is_told_in_one_line(tmp_path, sanji):
    home = Path(os.environ["SANJI_HOME"])
    home.mkdir()
    (home / "registry.sqlite").write_bytes(b"this is no database at all" * 100)
    code, out, err = sanji("status", "2026Q2")
    assert (code, out, len(err.strip().splitlines())) == (2, "", 1)
    assert "sanji restore" in err
    code, out, _ = sanji("doctor")
    assert code == 1
    assert "已损坏" in out
