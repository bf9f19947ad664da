"""A code that was printed once is found for ever."""

import json

import pytest

from pipelines.citing import as_code, find_code, near_codes


def wide(text):
    """As an input method types it that is set to full width."""
    return "".join(chr(ord(each) + 0xFEE0) for each in text)


CODE, SNAPSHOT = "8ZBN5S1", "final-20261026T170000-98474fa9"


def test_a_code_in_papers_of_before_quarters_had_folders_of_their_own_is_found(tmp_path):
    (tmp_path / f"{SNAPSHOT}.duckdb").touch()
    folder = tmp_path / f"{SNAPSHOT}.briefing"
    folder.mkdir()
    (folder / "numbers.json").write_text(json.dumps([{"code": CODE}]), encoding="utf-8")
    assert [(each.snapshot, each.entry["code"]) for each in find_code(tmp_path, CODE)] == [
        (SNAPSHOT, CODE)
    ]


@pytest.mark.parametrize("typed", ["8zbn5s1", " 8ZBN5S1 ", wide(CODE), "sanji-8ZBN5S1", "8ZBN5SI"])
def test_a_code_is_understood_however_it_is_typed(typed):
    assert as_code(typed) == CODE


@pytest.mark.parametrize("typed", ["8ZBN5S", "8ZBN5S11", "8ZBN5SU", "COO02", ""])
def test_what_can_be_no_code_is_none(typed):
    assert as_code(typed) is None


def test_a_misprinted_code_finds_those_that_are_like_it(tmp_path):
    (tmp_path / f"{SNAPSHOT}.duckdb").touch()
    folder = tmp_path / f"{SNAPSHOT}.briefing"
    folder.mkdir()
    printed = [{"code": code} for code in (CODE, "8ZBN51S", "8ZBN777", "0000000")]
    (folder / "numbers.json").write_text(json.dumps(printed), encoding="utf-8")
    assert [each["code"] for each in near_codes(tmp_path, "8ZBN5S2")] == [CODE]
    assert [each["code"] for each in near_codes(tmp_path, "8ZBN15S")] == ["8ZBN51S"]
    assert near_codes(tmp_path, "ZZZZZZZ") == []


def test_every_place_of_a_number_is_told_the_last_one_stands_for_all(tmp_path):
    (tmp_path / f"{SNAPSHOT}.duckdb").touch()
    folder = tmp_path / f"{SNAPSHOT}.briefing"
    folder.mkdir()
    printed = [{"code": CODE, "where": "一"}, {"code": "0000000"}, {"code": CODE, "where": "二"}]
    (folder / "numbers.json").write_text(json.dumps(printed), encoding="utf-8")
    (found,) = find_code(tmp_path, CODE)
    assert [each["where"] for each in found.places] == ["一", "二"]
    assert found.entry["where"] == "二"
