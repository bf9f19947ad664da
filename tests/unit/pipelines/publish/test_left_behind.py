"""What a publication that died left half made does not keep the next one from its work."""

from pipelines.publish import snapshot


def test_files_and_folders_of_a_dead_publication_are_cleared_away_and_nothing_else(tmp_path):
    for name in ("final-1.making", "final-1.making.wal", "final-1.duckdb", ".2026Q2.making"):
        (tmp_path / name).write_text("half", encoding="utf-8")
    spilt = tmp_path / "final-1.making.tmp"
    spilt.mkdir()
    (spilt / "block").write_text("half", encoding="utf-8")
    snapshot._clear_dead(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == [".2026Q2.making", "final-1.duckdb"]
