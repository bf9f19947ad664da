"""归档: a published quarter packed into a folder; refused, superseded, undone, verified."""

import hashlib
import json
import os
import resource
import shutil
from datetime import datetime

import openpyxl
import pytest
from sqlalchemy import select

from models.registry import submission
from pipelines.corrections.correcting import reopen
from pipelines.keeping.doctor import examine
from pipelines.keeping.trouble import Visit
from pipelines.packing.making import Order, make_package
from pipelines.publish.briefing import briefing_folder, list_in_manifest
from pipelines.quarter.decisions import NotAllowedError
from pipelines.receive.archive import place
from pipelines.records.states import quarter_state
from pipelines.registry import reading, writing
from pipelines.settings import Home
from pipelines.watching import quarter_fact
from tests.flow.conftest import AT, PERIODS
from tests.flow.history.city import Q1, Q2, snapshot_of
from tests.promises import ended

pytestmark = pytest.mark.xdist_group("history")
LATER = datetime(2026, 8, 20, 11)
NIGHT, NEXT = "2026-08-20T10:00:00", "2026-08-21T10:00:00"
NAME = f"归档_{Q2}_20260820T100000"


def with_papers(home, period=Q2):
    """The briefing beside the newest snapshot; what is in it is of no interest here."""
    folder = briefing_folder(snapshot_of(home), period)
    folder.mkdir(parents=True)
    (folder / "tongbao.docx").write_bytes(b"a paper")
    list_in_manifest(snapshot_of(home), period, {"tongbao.docx": "0"})
    return home


@pytest.fixture
def ready(home):
    return with_papers(home)


@pytest.fixture(scope="session")
def packed(published, catalogue, tmp_path_factory):
    """A home whose second quarter has been archived once, and the package."""
    root = shutil.copytree(published.root, tmp_path_factory.mktemp("packed") / "home")
    home = with_papers(Home(root))
    return home, make_package(home, catalogue, order_of(home)).folder


def order_of(home):
    return Order(PERIODS[1], home.packages, "张三", datetime(2026, 8, 20, 10), "样例")


def state(home, period=Q2):
    with reading(home) as registry:
        return quarter_state(registry, period)


def archived(sanji, *more, period=Q2):
    return sanji("archive", period, "--by", "张三", "--at", NIGHT, *more)


def sha256(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def files(folder):
    return {path.relative_to(folder).as_posix(): path for path in folder.rglob("*")
            if path.is_file()}  # fmt: skip


def test_a_package_holds_every_return_by_unit_and_the_publication_byte_for_byte(
    ready, catalogue, sanji
):
    code, told, _ = archived(sanji, "--json")
    folder = ready.packages / NAME
    assert (code, json.loads(told)["folder"]) == (0, str(folder))
    with reading(ready) as registry:
        rows = registry.execute(select(submission).where(submission.c.period == Q2)).all()
    there = files(folder)
    returns = {path.parent.name.partition("_")[0]: sha256(path)
               for name, path in there.items() if "/报送文件/" in name}  # fmt: skip
    assert returns == {row.unit_code: row.file_sha256 for row in rows}
    assert sha256(folder / "仅限审核人/数据快照" / snapshot_of(ready).name) == sha256(
        snapshot_of(ready)
    )
    assert (folder / "内部材料/通报/tongbao.docx").read_bytes() == b"a paper"
    kept = files(ready.catalogues / catalogue.hash)
    assert {name: sha256(path) for name, path in files(folder / "仅限审核人/指标口径").items()} == {
        name: sha256(path) for name, path in kept.items()
    }
    assert list(ready.packages.iterdir()) == [folder]


def test_what_the_package_lists_is_what_is_in_it_and_anybody_can_verify_it(ready, sanji):
    archived(sanji)
    folder = ready.packages / NAME
    there = files(folder)
    sums = (folder / "校验值.txt").read_text(encoding="utf-8").splitlines()
    listed = {name: one for one, _, name in (line.partition("  ") for line in sums)}
    assert listed == {name: sha256(path) for name, path in there.items() if name in listed}
    apart = {"manifest.json", "manifest.sha256", "校验值.txt"}
    assert there.keys() - listed.keys() == apart
    page = openpyxl.load_workbook(folder / "目录.xlsx").worksheets[0]
    rows = list(page.iter_rows(min_row=2, values_only=True))
    assert {row[2]: row[8] for row in rows} == {
        name: one for name, one in listed.items() if name not in {"目录.xlsx", "说明.txt"}
    }
    assert {row[0] for row in rows if "报送文件" in row[2]} == {"仅限审核人"}
    inside = {path.split("/")[1] for path in there if path.startswith("内部材料/")}
    assert inside <= {"通报", "看板图表", "审核意见"}
    assert "不得转发" in (folder / "说明.txt").read_text(encoding="utf-8-sig")


def test_the_quarter_is_archived_in_status_pages_and_decisions_until_that_is_undone(
    ready, catalogue, sanji
):
    archived(sanji, "--why", "本期办结,移交档案室")
    said = sanji("status", Q2)[1]
    assert "本期:已归档" in said
    assert f"{NAME}(张三,2026-08-20 10:00)" in said
    with reading(ready) as registry:
        assert quarter_fact(registry, catalogue, Q2) == (Q2, "已归档", True)
    quarter = json.loads(sanji("status", Q2, "--json")[1])["quarter"]
    assert (quarter["state"], quarter["packages"][0]["by"]) == ("archived", "张三")
    assert "张三 归档" in sanji("decisions", Q2)[1]
    assert "已撤销" in sanji("undo", Q2, "--by", "张三", "--why", "漏了附件")[1]
    assert (state(ready).state, state(ready).packages) == ("published", ())
    assert (ready.packages / NAME).is_dir()


def test_a_quarter_that_is_not_published_as_it_stands_is_refused_with_what_to_do(home, sanji):
    code, _, error = archived(sanji)
    assert (code, "sanji briefing" in error) == (2, True)
    name = next(iter(state_ids(home)))
    with writing(home) as registry:
        for person in "乙丙":
            reopen(registry, name, person, AT, "数字有误")
    assert "重新锁定并发布" in archived(sanji)[2]
    assert "不能归档" in archived(sanji, period="2027Q1")[2]
    assert "--by" in sanji("archive", Q2)[2]
    assert "--out elsewhere" in archived(sanji, "elsewhere")[2]
    assert not home.packages.exists()


def state_ids(home):
    with reading(home) as registry:
        return registry.execute(
            select(submission.c.submission_id).where(submission.c.period == Q2)
        ).scalars().all()  # fmt: skip


def test_a_correction_supersedes_the_package_and_another_is_made_beside_it(
    corrected, catalogue, sanji, monkeypatch, tmp_path
):
    home = with_papers(Home(shutil.copytree(corrected[0].root, tmp_path / "home")), Q1)
    monkeypatch.setenv("SANJI_HOME", str(home.root))
    archived(sanji, period=Q1)
    assert state(home, Q1).state == "archived"
    with writing(home) as registry:
        for person in "乙丙":
            reopen(registry, f"{corrected[1].issue.unit_code}-{Q1}-v2", person, LATER, "又有误")
    said = sanji("status", Q1)[1]
    assert "更正中" in said
    assert "已被取代" in said
    assert f"sanji archive {Q1}" in said
    with reading(home) as registry:
        assert quarter_fact(registry, catalogue, Q1)[2] is False
    sanji("undo", Q1, "--by", "乙", "--why", "不更正了")
    sanji("undo", Q1, "--by", "乙", "--why", "不更正了")
    assert state(home, Q1).state == "archived"
    code, told, _ = sanji("archive", Q1, "--by", "李四", "--at", NEXT)
    assert code == 0
    assert "原件保留" in told
    first, second = sorted(home.packages.iterdir())
    assert "其后又归过档" in sanji("archive", "check", first)[1]
    assert "最近一次归档一致" in sanji("archive", "check", second)[1]
    assert [each.number for each in state(home, Q1).superseded] == [
        state(home, Q1).packages[0].number
    ]


def harmed(folder, harm):
    there = files(folder)
    paper = folder / "内部材料/通报/tongbao.docx"
    match harm:
        case "changed":
            paper.write_bytes(b"a pager")
        case "missing":
            next(path for name, path in there.items() if "报送文件" in name).unlink()
        case "unknown":
            (folder / "多余.txt").write_text("x")
        case "manifest":
            path = folder / "manifest.json"
            path.write_bytes(path.read_bytes().replace(b"a", b"b", 1))
        case "unsealed":
            (folder / "manifest.sha256").unlink()


@pytest.mark.parametrize(
    ("harm", "code", "said"),
    [
        (None, 0, "完好"),
        ("changed", 1, "被改动的1个文件:内部材料/通报/tongbao.docx"),
        ("missing", 1, "缺1个文件"),
        ("unknown", 1, "多出1个文件:多余.txt"),
        ("manifest", 2, "封签"),
        ("unsealed", 2, "封签"),
    ],
)
def test_a_package_is_verified_where_nothing_of_this_system_is(
    packed, sanji, tmp_path, harm, code, said
):
    folder = shutil.copytree(packed[1], tmp_path / packed[1].name)
    harmed(folder, harm)
    exit_code, out, error = sanji("archive", "check", folder)
    assert (exit_code, said in out + error) == (code, True)


def troubles(home, catalogue, *, deep=False):
    visit = Visit(home, catalogue, AT, deep)
    return {each.name for each in examine(visit) if "package" in each.name}


def test_the_doctor_sees_a_package_that_is_spoilt_or_gone(packed, catalogue, tmp_path):
    home, folder = packed
    assert troubles(home, catalogue, deep=True) == set()
    moved = folder.rename(tmp_path / "elsewhere")
    assert troubles(home, catalogue) == {"packages_elsewhere"}
    shutil.copytree(moved, folder)
    harmed(folder, "changed")
    assert troubles(home, catalogue) == set()
    assert troubles(home, catalogue, deep=True) == {"damaged_packages"}
    shutil.rmtree(folder)
    moved.rename(folder)


def test_what_is_cut_short_leaves_no_package_and_no_decision(ready, catalogue, sanji):
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, hard))
    try:
        code, _, error = archived(sanji)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert (code, "没有完成" in error) == (2, True)
    assert list(ready.packages.iterdir()) == []
    assert state(ready).state == "published"


def test_a_process_that_dies_leaves_a_draft_that_nobody_takes_for_a_package(
    ready, catalogue, sanji
):
    def die(done, _):
        if done == 3:
            os._exit(9)

    assert ended(lambda: make_package(ready, catalogue, order_of(ready), die)) == 9
    (draft,) = ready.packages.iterdir()
    assert draft.name == f".{NAME}.making"
    assert sanji("archive", "check", draft)[0] == 2
    assert troubles(ready, catalogue) == {"package_drafts"}
    assert archived(sanji)[0] == 0
    assert [path.name for path in ready.packages.iterdir()] == [NAME]


def test_a_file_that_is_lost_or_spoilt_is_named_and_nothing_is_packed(ready, sanji):
    with reading(ready) as registry:
        one = registry.execute(select(submission).where(submission.c.period == Q2)).first()
    path = place(ready.archive, one.file_sha256)
    path.chmod(0o644)
    path.write_bytes(path.read_bytes()[:-1])
    code, _, error = archived(sanji)
    assert (code, one.unit_code in error) == (2, True)
    assert list(ready.packages.iterdir()) == []


def test_papers_that_are_still_being_written_are_not_packed(home, sanji):
    folder = briefing_folder(snapshot_of(home), Q2)
    folder.mkdir(parents=True)
    (folder / "tongbao.docx").write_bytes(b"a paper")
    assert "sanji briefing" in archived(sanji)[2]
    list_in_manifest(snapshot_of(home), Q2, {"tongbao.docx": "0", "tongbao.pdf": "0"})
    assert "sanji briefing" in archived(sanji)[2]


def test_a_picture_that_comes_while_it_is_packed_stops_it(ready, catalogue):
    folder = snapshot_of(ready).with_suffix("") / Q2
    folder.mkdir(parents=True)
    with pytest.raises(NotAllowedError, match="archive_changed"):
        make_package(ready, catalogue, order_of(ready),
                     lambda *_: (folder / "D1-1.svg").write_text("late"))  # fmt: skip
    assert list(ready.packages.iterdir()) == []
