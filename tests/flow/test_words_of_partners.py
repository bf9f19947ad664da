"""What partners say counts alike when a quarter is judged and when it is built."""

from dataclasses import replace
from datetime import timedelta

import polars as pl
import pytest

from pipelines.extract.store import READER, load_cells
from pipelines.judging.reviewing import gather, given_rows, judge_quarter
from pipelines.records.mirrors import SheetRow
from pipelines.records.quarters import current
from pipelines.registry import reading, writing
from pipelines.sides.matching import decide_match
from pipelines.sides.standing_claims import fallen
from pipelines.validate.together import tables_of
from tests.flow.pairs import (
    CLAIMANT,
    IN_WINDOW,
    OTHER,
    OTHERS_NAME,
    PEER,
    PERIOD,
    ROWS,
    TOWNSHIP,
    fill,
    matter,
    tie,
)

pytestmark = pytest.mark.xdist_group("pairs")
HOUR = timedelta(hours=1)


def _told(pairs):
    """The claimant's lines of which R412 is told."""
    with writing(pairs.home) as registry:
        found = judge_quarter(pairs.home, registry, pairs.catalogue, PERIOD).findings
    mine = f"{CLAIMANT}-{PERIOD}-v"
    return {f.line for f in found if f.rule == "R412" and f.submission_id.startswith(mine)}


def _listed_back(pairs, at, **given):
    """The township lists the claimant's tie too."""
    back = {**tie(1, CLAIMANT, "婺城区综合类单位甲(样例)", 5, 2), **given}
    path = pairs.write(TOWNSHIP, f"back-{at:%H}", {"l2": [back]})
    assert pairs.send(path, at=at) == ["submitted"]


def _line(pairs, pair_id):
    with reading(pairs.home) as registry:
        sha256 = current(registry, str(PERIOD))[CLAIMANT].file_sha256
    cells = load_cells(pairs.home.cells, [sha256]).filter(field="l2.pair_id", typed=pair_id)
    return sha256, cells["line"][0]


def test_a_tie_that_the_partner_lists_and_objects_to_is_disputed_in_both_places(pairs, rows):
    _, line = _line(pairs, rows["tie"])
    _listed_back(pairs, IN_WINDOW)
    assert line not in _told(pairs)
    _listed_back(pairs, IN_WINDOW + HOUR, tie_answer=2)
    assert line in _told(pairs)
    pairs.build(IN_WINDOW + HOUR)
    assert pairs.mirror()[rows["tie"]] == "disputed"


def test_the_newest_word_on_a_tie_counts_in_both_places(pairs, rows):
    _, line = _line(pairs, rows["tie"])
    sheet = pairs.sheets()[TOWNSHIP]
    _listed_back(pairs, IN_WINDOW)
    objection = fill(sheet, {rows["tie"]: ("异议", "没有这回事")}, pairs.folder / "no.xlsx")
    assert pairs.send(objection, at=IN_WINDOW + HOUR) == ["answered"]
    assert line in _told(pairs)
    pairs.build(IN_WINDOW + HOUR)
    assert pairs.mirror()[rows["tie"]] == "disputed"
    _listed_back(pairs, IN_WINDOW + 2 * HOUR, pair_activities=2)
    assert line not in _told(pairs)
    pairs.build(IN_WINDOW + 2 * HOUR)
    assert pairs.mirror()[rows["tie"]] == "confirmed"


def test_a_correction_that_carries_a_tie_along_says_nothing_new_of_it(pairs, rows):
    _, line = _line(pairs, rows["tie"])
    sheet = pairs.sheets()[TOWNSHIP]
    back = {"l2": [tie(1, CLAIMANT, "婺城区综合类单位甲(样例)", 5, 2)]}
    assert pairs.send(pairs.write(TOWNSHIP, "first", back), at=IN_WINDOW) == ["submitted"]
    objection = fill(sheet, {rows["tie"]: ("异议", "没有这回事")}, pairs.folder / "no.xlsx")
    assert pairs.send(objection, at=IN_WINDOW + HOUR) == ["answered"]
    # Another row is new in the correction; this one nobody touched.
    back["l2"].append(tie(2, PEER, "婺城区经济类单位甲(样例)", 5, 2))
    assert pairs.send(pairs.write(TOWNSHIP, "again", back), at=IN_WINDOW + 2 * HOUR) == [
        "submitted"
    ]
    assert line in _told(pairs)
    pairs.build(IN_WINDOW + 2 * HOUR)
    assert pairs.mirror()[rows["tie"]] == "disputed"


def test_of_two_rows_on_one_tie_the_newest_counts_in_both_places(pairs, rows):
    _, line = _line(pairs, rows["tie"])
    sheet = pairs.sheets()[TOWNSHIP]
    back = [tie(1, CLAIMANT, "婺城区综合类单位甲(样例)", 5, 2)]
    assert pairs.send(pairs.write(TOWNSHIP, "one", {"l2": back}), at=IN_WINDOW) == ["submitted"]
    agreed = fill(sheet, {rows["tie"]: ("确认", None)}, pairs.folder / "yes.xlsx")
    assert pairs.send(agreed, at=IN_WINDOW + HOUR) == ["answered"]
    back.append(tie(2, CLAIMANT, "婺城区综合类单位甲(样例)", 5, 2) | {"tie_answer": 2})
    again = pairs.write(TOWNSHIP, "two", {"l2": back})
    assert pairs.send(again, at=IN_WINDOW + 2 * HOUR) == ["submitted"]
    assert line in _told(pairs)
    pairs.build(IN_WINDOW + 2 * HOUR)
    assert pairs.mirror()[rows["tie"]] == "disputed"


def test_a_correction_that_carries_an_old_confirmation_does_not_take_back_an_objection(pairs, rows):
    mine = matter(3, PEER, matter_id=rows["to_peer"], initiator_code=CLAIMANT, partner_answer=1)
    sheet = pairs.sheets()[PEER]
    pairs.answer_in_workbook(PEER, mine, IN_WINDOW)
    assert pairs.mirror()[rows["to_peer"]] == "confirmed"
    objection = fill(sheet, {rows["to_peer"]: ("异议", "没有这回事")}, pairs.folder / "no.xlsx")
    assert pairs.send(objection, at=IN_WINDOW + HOUR) == ["answered"]
    talks = pairs.planned(PEER).shown.values["talk_count"]
    pairs.answer_in_workbook(PEER, mine, IN_WINDOW + 2 * HOUR, talk_count=talks + 1)
    assert pairs.mirror()[rows["to_peer"]] == "disputed"
    assert rows["to_peer"] in _disputed(pairs)
    pairs.answer_in_workbook(PEER, {**mine, "partner_note": "属实"}, IN_WINDOW + 3 * HOUR)
    assert pairs.mirror()[rows["to_peer"]] == "confirmed"
    assert rows["to_peer"] not in _disputed(pairs)


def _disputed(pairs):
    """The matters that are in dispute where the quarter is judged together."""
    with reading(pairs.home) as registry:
        given = given_rows(registry, PERIOD)
        quarter = gather(pairs.home, registry, pairs.catalogue, PERIOD, given)
    asked = "SELECT DISTINCT matter_id FROM l3 WHERE mirror_confirmed = 2"
    return {matter_id for (matter_id,) in tables_of(quarter.batch).con.execute(asked).fetchall()}


def _partner_of(pairs, pair_id):
    with reading(pairs.home) as registry:
        given = given_rows(registry, PERIOD)
        quarter = gather(pairs.home, registry, pairs.catalogue, PERIOD, given)
    asked = "SELECT partner_unit_code FROM l2 WHERE pair_id = ?"
    return tables_of(quarter.batch).con.execute(asked, [pair_id]).fetchall()


def test_a_match_holds_for_the_name_it_was_made_for(pairs, rows):
    with writing(pairs.home) as registry:
        decide_match(registry, PERIOD, pairs.snapshot, rows["conflict"], OTHER, "甲", IN_WINDOW,
                     "电话核实", is_accepted=True)  # fmt: skip
    assert _partner_of(pairs, rows["conflict"]) == [(OTHER,)]
    first, second = ROWS["l2"]
    assert second["partner_name"] == OTHERS_NAME
    mended = {**ROWS, "l2": [first, {**second, "partner_name": "婺城区样例一镇机关(样例)"}]}
    pairs.send(pairs.write(CLAIMANT, "again", mended), at=IN_WINDOW)
    assert _partner_of(pairs, rows["conflict"]) == [(PEER,)]


def test_a_row_without_an_id_stands_as_long_as_its_line_does(pairs, rows):
    sha256, line = _line(pairs, rows["tie"])
    for path in (pairs.home.cells / f"reader-{READER}").glob("cell-*.parquet"):
        gone = pl.col("typed").eq_missing(pl.lit(rows["tie"])) & (pl.col("file_sha256") == sha256)
        pl.read_parquet(path).filter(~gone).write_parquet(path)
    asked = [
        SheetRow(number, "L2", key, CLAIMANT, f"{CLAIMANT}-{PERIOD}-v1", TOWNSHIP)
        for number, key in enumerate((f"{CLAIMANT}/{line}", f"{CLAIMANT}/999"), start=1)
    ]
    with reading(pairs.home) as registry:
        assert fallen(pairs.home, registry, pairs.catalogue, str(PERIOD), asked) == {2: "gone"}


def test_answers_beyond_what_a_sheet_may_have_are_told(pairs, rows):
    said = {rows["to_township"]: ("确认", None), rows["tie"]: ("确认", None)}
    path = fill(pairs.sheets()[TOWNSHIP], said)
    limits = {**pairs.catalogue.parameters["confirmation"], "most_rows": 1}
    parameters = {**pairs.catalogue.parameters, "confirmation": limits}
    pairs.catalogue = replace(pairs.catalogue, parameters=parameters)
    assert pairs.send(path, at=IN_WINDOW) == ["answered"]
    told = pairs.receipts()[-1].reason
    assert told.startswith("已登记1条答复")
    assert "自第5行起的答复未登记" in told
