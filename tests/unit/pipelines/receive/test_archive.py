import os
from threading import Thread

import pytest

from pipelines.receive import archive
from pipelines.receive.archive import digest, keep, place


def files(folder):
    return sorted(path for path in folder.rglob("*") if path.is_file())


def test_a_kept_file_has_its_bytes_under_its_hash_and_leaves_no_draft(tmp_path):
    path = tmp_path / "表.xlsx"
    path.write_bytes(os.urandom(3 * archive.BLOCK + 5))
    sha256 = keep(path, tmp_path / "archive")
    assert files(tmp_path / "archive") == [place(tmp_path / "archive", sha256)]
    assert place(tmp_path / "archive", sha256).read_bytes() == path.read_bytes()


def test_a_kept_file_that_has_gone_bad_is_mended_by_the_same_bytes(tmp_path):
    path = tmp_path / "表.xlsx"
    path.write_bytes(b"words")
    kept = place(tmp_path / "archive", keep(path, tmp_path / "archive"))
    kept.write_bytes(b"w0rds")
    assert keep(path, tmp_path / "archive") == kept.name
    assert kept.read_bytes() == b"words"


def test_the_hash_is_of_the_bytes_that_were_kept(tmp_path):
    # A named pipe gives its bytes once: who reads it to hash it has nothing left to copy.
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = Thread(target=pipe.write_bytes, args=[b"once only"])
    writer.start()
    sha256 = keep(pipe, tmp_path / "archive")
    writer.join()
    kept = place(tmp_path / "archive", sha256)
    assert kept.read_bytes() == b"once only"
    assert digest(kept) == sha256


def test_a_file_that_cannot_be_read_leaves_nothing_behind(tmp_path):
    with pytest.raises(FileNotFoundError):
        keep(tmp_path / "none.xlsx", tmp_path / "archive")
    assert files(tmp_path / "archive") == []
