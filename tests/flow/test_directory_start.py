"""A real city begins with its directory, changes it, and its workbooks follow."""

import json
from dataclasses import replace

import openpyxl
import pytest

from pipelines.records.units import replace_directory
from pipelines.registry import writing
from pipelines.sample.files import NotForSampleError, write_sample
from pipelines.settings import Home
from tests.directory_books import CENTRE, EAST, EAST_ORGAN, FIRST, SECOND, changed, city, write

DECIDED = ("--by", "张三", "--why", "首次建立")


@pytest.fixture
def started(sanji, catalogue, tmp_path):
    """A home that began with the small invented city."""
    path = write(tmp_path / "名录.xlsx", catalogue, city())
    assert sanji("directory", "import", path, *DECIDED)[0] == 0
    return sanji


def test_an_empty_home_begins_with_an_import_and_then_issues(started, tmp_path):
    out = tmp_path / "out"
    code, said, _ = started("issue", "2026Q3", "--out", out, "--at", "2026-09-20T09:00")
    assert code == 0
    assert "10份" in said
    names = sorted(path.name for path in out.glob("*.xlsx"))
    assert names[1] == f"{FIRST}_虚构一局_2026Q3.xlsx"
    cover = openpyxl.load_workbook(out / names[1])["F0 封面"]
    texts = {str(cell.value) for line in cover.iter_rows() for cell in line}
    assert "虚构一局" in texts
    assert not any("样例" in text for text in texts)
    assert not (tmp_path / "home" / "sample.txt").exists()


def test_a_wrong_import_lists_every_cell_and_takes_nothing(sanji, catalogue, tmp_path):
    rows = changed(EAST_ORGAN, county_code="330799", unit_name=None)
    path = write(tmp_path / "名录.xlsx", catalogue, rows)
    code, out, err = sanji("directory", "import", path, *DECIDED)
    assert (code, out) == (2, "")
    assert "单位!D8" in err
    assert "330799" in err
    assert "单位!B8" in err
    code, out, _ = sanji("directory", "import", path, *DECIDED, "--json")
    told = json.loads(out)
    assert (code, told["taken"], len(told["problems"])) == (2, False, 2)
    assert sanji("issue", "2026Q3")[0] == 2


def test_a_wrong_name_of_a_unit_above_is_told_once_and_each_new_code_once(
    sanji, catalogue, tmp_path
):
    rows = changed(EAST, coord_parent_code="市直机关工委")
    code, _, err = sanji(
        "directory", "import", write(tmp_path / "错.xlsx", catalogue, rows), "--dry-run"
    )
    assert (code, err.count("“市直机关工委”")) == (2, 1)
    rows = [{**each, "unit_code": None} for each in city() if each["unit_kind"] == "市直机关工委"]
    code, out, _ = sanji(
        "directory", "import", write(tmp_path / "新.xlsx", catalogue, rows), "--dry-run"
    )
    assert (code, out.count(CENTRE)) == (0, 1)
    assert "下一步:核对无误后去掉 --dry-run" in out


def test_a_dry_run_needs_no_signature_and_an_import_does(sanji, catalogue, tmp_path):
    path = write(tmp_path / "名录.xlsx", catalogue, city())
    code, out, _ = sanji("directory", "import", path, "--dry-run")
    assert code == 0
    assert "新增10个" in out
    code, _, err = sanji("directory", "import", path)
    assert code == 2
    assert "--by" in err


def test_events_are_entered_listed_checked_and_undone(started):
    said = started(
        "directory", "event", "合并", "--from", FIRST, "--from", SECOND, "--name", "虚构合局",
        "--date", "2026-08-15", "--document", "虚构2026年1号", "--at", "2026-08-16T09:00",
        *DECIDED, "--json",
    )  # fmt: skip
    told = json.loads(said[1])
    assert (told["zh"], told["to"][0]["unit_code"]) == ("合并", "330700100044")
    listed = json.loads(started("directory", "events", "--json")[1])
    assert [each["event_id"] for each in listed] == ["2026-001"]
    odd = json.loads(started("directory", "check", "2026Q3", "--json")[1])
    assert [each["unit_code"] for each in odd["ended"]] == [FIRST, SECOND]
    assert odd["openings"][0]["state"] == "waiting"
    code, out, _ = started("directory", "undo", "2026-001", "--by", "李四", "--why", "录错")
    assert (code, out) == (0, "已撤回变动2026-001。\n")
    assert "已撤回:李四" in started("directory", "events")[1]


def test_a_whole_county_changes_its_code_in_one_event(started):
    code, out, _ = started(
        "directory", "event", "层级变化", "--from", "330702", "--county", "330723",
        "--date", "2026-08-15", *DECIDED, "--json",
    )  # fmt: skip
    told = json.loads(out)
    assert code == 0
    assert {(e["old_county"], e["new_county"]) for e in told["crosswalk"]} == {("330702", "330723")}
    assert len(told["crosswalk"]) == 4
    assert EAST in {each["unit_code"] for each in told["to"]}


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (("event", "改组", "--date", "2026-08-15", *DECIDED), "更名"),
        (("event", "撤销", "--date", "8月", "--from", FIRST, *DECIDED), "日期"),
        (("event", "撤销", "--date", "2026-08-15", "--from", CENTRE, *DECIDED), "隶属调整"),
        (("event", "撤销", "--date", "2026-08-15", "--from", "12", *DECIDED), "校验码"),
        (("event", "分设", "--date", "2026-08-15", "--from", FIRST, "--name", "甲", "--share",
          "0.5", "--share", "0.5", *DECIDED), "对不上"),
        (("undo", "2026-009", *DECIDED), "2026-009"),
        (("import", "没有.xlsx", *DECIDED), "找不到"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_said_in_chinese(started, arguments, word):
    code, out, err = started("directory", *arguments)
    assert (code, out) == (2, "")
    assert word in err
    assert "Traceback" not in err


def test_an_export_of_one_day_shows_who_was_there_then(started, tmp_path):
    started("directory", "event", "撤销", "--from", SECOND, "--date", "2026-08-15", *DECIDED)
    for day, rows in (("2026-08-14", 10), ("2026-08-15", 9)):
        code, out, _ = started("directory", "export", "--out", tmp_path / "x.xlsx", "--at", day)
        assert code == 0
        assert f"{rows}个单位" in out
        assert day in openpyxl.load_workbook(tmp_path / "x.xlsx")["单位"]["A2"].value


def test_the_sample_is_never_put_over_a_real_directory(small_city, catalogue, tmp_path):
    home = Home(tmp_path / "home")
    real = [replace(each, unit_name="虚构") for each in small_city.sample.versions]
    with writing(home) as registry:
        replace_directory(registry, real)
        with pytest.raises(NotForSampleError):
            write_sample(
                home, registry, catalogue, small_city.sample.periods, 11, tmp_path / "out",
                lambda *_: None,
            )  # fmt: skip
