from datetime import datetime

from sqlalchemy import select

from models.registry import receipt
from pipelines.receive import receive_file
from pipelines.receive.archive import place
from pipelines.registry import open_registry

NOON, LATER = datetime(2026, 10, 9, 12), datetime(2026, 10, 9, 13)


def registry(tmp_path):
    return open_registry(tmp_path / "registry.sqlite").begin()


def test_a_file_is_in_the_archive_under_its_hash_before_its_receipt(tmp_path, catalogue):
    path = tmp_path / "表.xlsx"
    path.write_bytes(b"words")
    with registry(tmp_path) as connection:
        given = receive_file(connection, tmp_path / "archive", path, NOON, "cli", catalogue)
    assert place(tmp_path / "archive", given.file_sha256).read_bytes() == b"words"
    assert given.is_refused
    assert "不是Excel工作簿" in given.reason


def test_the_same_bytes_get_the_same_receipt(tmp_path, catalogue):
    first, second = tmp_path / "a.xlsx", tmp_path / "b.xlsx"
    for path in (first, second):
        path.write_bytes(b"same")
    with registry(tmp_path) as connection:
        one = receive_file(connection, tmp_path / "archive", first, NOON, "cli", catalogue)
        two = receive_file(connection, tmp_path / "archive", second, LATER, "cli", catalogue)
        count = len(connection.execute(select(receipt)).all())
    assert one == two
    assert count == 1
