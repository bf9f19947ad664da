"""Partners that were mistyped: proposed, decided by a person, counted, told to both sides."""

import json
from collections import Counter
from datetime import timedelta

import openpyxl
import pytest

from pipelines.building import rebuild
from pipelines.quarter.decisions import NotAllowedError
from pipelines.quarter.undoing import undo
from pipelines.registry import reading, writing
from pipelines.sides.matching import decide_match, proposals
from tests.flow.pairs import (
    CLAIMANT,
    IN_WINDOW,
    OTHER,
    PEER,
    PERIOD,
    TOWNSHIP,
    fill,
    tables,
    value,
)

pytestmark = pytest.mark.xdist_group("pairs")


def test_mistyped_partners_are_proposed_and_near_ties_are_all_offered(pairs, rows, catalogue):
    with reading(pairs.home) as registry:
        found = {each.doubt.row_key: each for each in proposals(registry, catalogue, PERIOD,
                                                                pairs.snapshot)}  # fmt: skip
    assert found.keys() == {rows["mistyped"], rows["conflict"]}
    code = found[rows["mistyped"]]
    assert (code.doubt.doubt, code.to_code) == ("unknown", None)
    one_digit = [each.unit_code for each in code.candidates if each.distance == 1]
    assert one_digit == [OTHER]
    assert [each.distance for each in code.candidates] == sorted(
        each.distance for each in code.candidates
    )
    name = found[rows["conflict"]]
    assert name.doubt.doubt == "conflict"
    # Both readings are offered: the code as typed, and the unit whose name was typed.
    assert {PEER, OTHER} <= {each.unit_code for each in name.candidates}


def test_a_match_counts_from_the_next_build_on_and_is_taken_back_by_undo(pairs, rows, catalogue):
    def decide(row, to, *, is_accepted=True):
        with writing(pairs.home) as registry:
            decide_match(registry, PERIOD, pairs.snapshot, row, to, "甲", IN_WINDOW, "电话核实",
                         is_accepted=is_accepted)  # fmt: skip

    before = Counter(pairs.mirror().values())
    decide(rows["mistyped"], OTHER)
    decide(rows["conflict"], OTHER)
    pairs.build(IN_WINDOW + timedelta(hours=1))
    assert pairs.mirror()[rows["mistyped"]] == "unanswered"
    assert rows["mistyped"] in _printed(pairs.sheets(out=pairs.folder / "m")[OTHER])
    sheet = pairs.sheets(out=pairs.folder / "m")[OTHER]
    pairs.send(fill(sheet, {rows["mistyped"]: ("确认", None), rows["conflict"]: ("确认", None)}),
               at=IN_WINDOW)  # fmt: skip
    pairs.build(IN_WINDOW + timedelta(hours=2))
    assert pairs.mirror()[rows["mistyped"]] == pairs.mirror()[rows["conflict"]] == "confirmed"
    assert value(pairs, "PAR01", CLAIMANT) == (1, 1)
    built = tables(pairs)
    with writing(pairs.home) as registry:
        rebuild(pairs.home, registry, catalogue)
    assert tables(pairs, pairs.home.warehouse) == built
    with writing(pairs.home) as registry:
        for _ in range(2):
            undo(registry, PERIOD, "甲", IN_WINDOW, "认错了")
    pairs.build(IN_WINDOW + timedelta(hours=3))
    assert Counter(pairs.mirror().values()) == before
    decide(rows["mistyped"], OTHER, is_accepted=False)
    with reading(pairs.home) as registry:
        left = proposals(registry, catalogue, PERIOD, pairs.snapshot)
    codes = {c.unit_code for each in left if each.doubt.row_key == rows["mistyped"]
             for c in each.candidates}  # fmt: skip
    assert OTHER not in codes
    with pytest.raises(NotAllowedError, match="match_no_unit"):
        decide(rows["mistyped"], "330799999999")
    with pytest.raises(NotAllowedError, match="match_no_row"):
        decide("330702200024L2001", OTHER)


def _printed(path):
    sheet = openpyxl.load_workbook(path)["互认单"]
    return {row[3] for row in sheet.iter_rows(min_row=4, values_only=True)}


def test_both_units_and_their_committees_see_what_is_not_settled(pairs, rows, sanji, monkeypatch):
    monkeypatch.setenv("SANJI_HOME", str(pairs.home.root))
    code, said, _ = sanji("sides", PERIOD, "--unit", TOWNSHIP, "--json")
    found = json.loads(said)
    mine = {each["row_key"]: each for each in found["rows"] if each["claimed_by"] == CLAIMANT}
    assert (code, mine.keys()) == (0, {rows["to_township"], rows["tie"]})
    told = mine[rows["tie"]]["told"]
    assert told["status"] == "单方登记"
    assert told["place"].startswith("L2 结对联建清单!C")
    assert "互认单上答复" in told["to_do"]
    counted = Counter((each["form"], each["mirror_status"]) for each in found["rows"])
    assert {(form, status): count for form, some in found["counts"].items()
            for status, count in some.items() if count} == dict(counted)  # fmt: skip
    code, said, _ = sanji("sides", PERIOD, "--county", "330702")
    assert (code, said.count(rows["conflict"])) == (0, 1)
    book = pairs.folder / "sides.xlsx"
    assert sanji("sides", PERIOD, "--out", book)[0] == 0
    assert openpyxl.load_workbook(book)["双边核对"].max_row > 10
    code, _, said = sanji("confirmations", PERIOD, "--at", "2026-07-01T09:00")
    assert (code, "互认期为2026-07-09至2026-07-15,还没有开始" in said) == (2, True)
    code, said, _ = sanji("match", "list", PERIOD)
    assert (code, f"可能是 {OTHER}" in said) == (0, True)
    code, said, _ = sanji("match", "accept", PERIOD, rows["mistyped"], "--to", OTHER,
                          "--by", "甲", "--why", "电话核实")  # fmt: skip
    assert (code, "已认定" in said) == (0, True)
    code, said, _ = sanji("undo", PERIOD, "--by", "甲", "--why", "认错")
    assert (code, "认定对方单位" in said) == (0, True)
