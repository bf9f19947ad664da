"""A code that was printed once is found for ever."""

import json

from pipelines.citing import find_code

CODE, SNAPSHOT = "8ZBN5S1", "final-20261026T170000-98474fa9"


def test_a_code_in_papers_of_before_quarters_had_folders_of_their_own_is_found(tmp_path):
    (tmp_path / f"{SNAPSHOT}.duckdb").touch()
    folder = tmp_path / f"{SNAPSHOT}.briefing"
    folder.mkdir()
    (folder / "numbers.json").write_text(json.dumps([{"code": CODE}]), encoding="utf-8")
    assert [(each.snapshot, each.entry["code"]) for each in find_code(tmp_path, CODE)] == [
        (SNAPSHOT, CODE)
    ]
