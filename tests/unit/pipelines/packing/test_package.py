"""An archive package is looked at again: what is damaged, and what is only kept elsewhere."""

import pytest

from pipelines.keeping.repository import Held
from pipelines.packing.package import Packed, check_package, write_manifest
from pipelines.receive.archive import digest

NAMES = ("open/paper.docx", "open/charts/D1-1.png", "reviewers/returns/a.xlsx", "readme.txt")


@pytest.fixture
def package(tmp_path):
    """A package of two parts."""
    folder, files = tmp_path / "package", {}
    for name in NAMES:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name, encoding="utf-8")
        files[name] = Held(digest(path), path.stat().st_size)
    told = (
        "2026Q2",
        "2026-08-20T10:00:00",
        "by",
        "why",
        "final",
        "2026-08-01T10:00:00",
        "hash",
        "1",
    )
    write_manifest(folder, Packed(*told, is_sample=True, returns=1, supersedes=[], sums="sums.txt",
                                  files=files))  # fmt: skip
    return folder


def test_a_part_that_is_kept_elsewhere_is_not_damaged_and_not_verified(package, tmp_path):
    assert check_package(package).is_whole
    (package / "reviewers").rename(tmp_path / "elsewhere")
    found = check_package(package)
    assert (found.is_sound, found.is_whole) == (True, False)
    assert (found.apart, found.missing) == ({"reviewers": 1}, [])
    (tmp_path / "elsewhere").rename(package / "reviewers")
    assert check_package(package).is_whole


def test_beside_a_part_that_is_kept_elsewhere_a_lost_file_is_still_told(package, tmp_path):
    (package / "reviewers").rename(tmp_path / "elsewhere")
    (package / "open/paper.docx").unlink()
    (package / "readme.txt").write_text("other", encoding="utf-8")
    found = check_package(package)
    assert (found.is_sound, found.missing, found.changed) == (
        False, ["open/paper.docx"], ["readme.txt"]
    )  # fmt: skip


def test_where_no_part_is_left_all_of_it_is_missing(package):
    for name in NAMES[:3]:
        (package / name).unlink()
    for folder in ("open/charts", "open", "reviewers/returns", "reviewers"):
        (package / folder).rmdir()
    found = check_package(package)
    assert (found.apart, len(found.missing)) == ({}, 3)
