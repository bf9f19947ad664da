"""更正说明: a correction after publication, told by the papers of the next publication."""

import json
import shutil

import duckdb
import pytest

from models.loader import load_catalogue
from pipelines.briefing import whole_set, write_briefing
from pipelines.corrections.publications import changes
from pipelines.corrections.restating import restated
from pipelines.publish.briefing import briefing_folder
from pipelines.registry import reading
from pipelines.settings import Home
from tests.flow.history.city import Q1, names, snapshot_of
from tests.flow.papers import controls_of, tables_of

pytestmark = pytest.mark.xdist_group("history")
STEM = "gengzheng"


@pytest.fixture(scope="module")
def told(corrected, catalogue, tmp_path_factory):
    """A copy of the corrected home in which both publications have their papers."""
    home = Home(shutil.copytree(corrected[0].root, tmp_path_factory.mktemp("told") / "home"))
    lines = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", "")
        patch.setenv("BROWSER_PATH", "/no/browser")
        sets = [write_briefing(home, snapshot_of(home, place), catalogue, Q1, lines.append)
                for place in (0, -1)]  # fmt: skip
    return home, sets, lines


def printed(written):
    """Every number of a set by its code; a chart may print one with fewer decimals."""
    found = {}
    for one in json.loads((written.folder / "numbers.json").read_text(encoding="utf-8")):
        if one["paper"] != STEM:
            found.setdefault(one["code"], []).append(one)
    return found


def differing(sets):
    """The codes printed otherwise, by comparing the two lists of numbers."""
    first, second = map(printed, sets)
    values = [{code: {each["value"] for each in places} for code, places in side.items()}
              for side in (first, second)]  # fmt: skip
    return {code for code in {*first, *second} if values[0].get(code) != values[1].get(code)}


def test_the_first_publication_corrects_nothing(told):
    _, (first, second), _ = told
    assert f"{STEM}.docx" not in first.files
    assert f"{STEM}.docx" in second.files


def test_every_changed_number_is_told_as_it_was_and_as_it_is_and_no_other(told):
    _, sets, _ = told
    file = sets[1].folder / f"{STEM}.docx"
    after = printed(sets[1])
    expected = differing(sets)
    assert expected
    assert {code for code, _ in controls_of(file)} == expected & set(after)
    rows = tables_of(file)[-1]
    before = printed(sets[0])
    by_code = {row[1]: row for row in rows[1:]}
    for code in expected & set(before) & set(after):
        where, _, old, new = by_code[code]
        assert old in {one["value"] for one in before[code]}
        assert new in {one["value"] for one in after[code]}
        assert all(one["where"] in where for one in after[code])
    assert len(rows) - 1 == len(expected)


def test_what_is_told_is_what_sanji_changes_finds(told, catalogue):
    home, sets, _ = told
    found = {each["code"] for each in changes(home, catalogue, *names(home))["sentences"]}
    assert differing(sets) & set(printed(sets[0])) <= found


def test_the_unit_the_reason_and_the_two_who_consented_are_named_and_no_telephone(told, corrected):
    _, sets, _ = told
    [reasons, _] = tables_of(sets[1].folder / f"{STEM}.docx")
    assert reasons[1:] == [[corrected[1].unit.unit_name, "2026年第一季度", "数字有误", "乙", "丙"]]
    texts = reasons[1]
    cover = corrected[1].shown.values
    for name in ("filler_name", "reviewer_name", "office_phone"):
        assert not any(str(cover[name]) in text for text in texts if cover.get(name))


def test_the_page_ends_with_the_correction(told, catalogue):
    _, sets, _ = told
    title = catalogue.briefing.words["title_correction"].partition("\n")[2]
    pages = [(one.folder / "tongbao.html").read_text(encoding="utf-8") for one in sets]
    assert [title in page for page in pages] == [False, True]


def test_the_correction_is_checked_against_its_snapshot_and_its_codes_are_explained(
    told, sanji, monkeypatch
):
    home, sets, _ = told
    monkeypatch.setenv("SANJI_HOME", str(home.root))
    status, said, _ = sanji("briefing", "check", sets[1].folder / f"{STEM}.docx")
    assert status == 0, said
    bar = next(one for places in printed(sets[1]).values() for one in places
               if one["is_plotted"] and one["measure"] == "indicator")  # fmt: skip
    status, said, _ = sanji("explain", bar["code"])
    assert status == 0
    assert bar["name"] in said


def test_a_return_that_counts_in_no_version_any_more_is_told_as_left_out(told, corrected, tmp_path):
    home = Home(shutil.copytree(told[0].root, tmp_path / "home"))
    path, unit = snapshot_of(home), corrected[1].unit
    path.chmod(0o644)
    with duckdb.connect(str(path)) as con:
        con.execute("UPDATE core.submission SET is_used = FALSE WHERE unit_code = ? AND period = ?",
                    [unit.unit_code, Q1])  # fmt: skip
    with reading(home) as registry:
        found = restated(home, registry, path.stem, Q1)
    assert [(one.unit_name, one.asked_by, one.is_out) for one in found.sent] == [
        (unit.unit_name, "乙", True)
    ]
    made = whole_set(home, path, load_catalogue(), Q1, print)
    assert made[-1][1].parts[0].grids[0].rows[0][2].endswith("（重报未通过审核，本次不计入）")


def test_where_no_printed_number_changed_one_line_says_so_and_no_paper_is_made(
    told, catalogue, tmp_path
):
    home = Home(shutil.copytree(told[0].root, tmp_path / "home"))
    first, second = (briefing_folder(snapshot_of(home, place), Q1) for place in (0, -1))
    shutil.copy(second / "numbers.json", first / "numbers.json")
    lines = []
    made = whole_set(home, snapshot_of(home), catalogue, Q1, lines.append)
    assert {paper.kind for _, paper in made} == {"city", "county", "overdue"}
    assert lines == [catalogue.say("cli.briefing_nothing_corrected", snapshot=names(home)[0])]
