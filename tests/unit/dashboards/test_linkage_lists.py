"""Who fell in linkage, and who never answers: told by name, and counted here by hand."""

from collections import defaultdict

import pytest

from dashboards.linkage_lists import falls, silent
from dashboards.reader import Reader
from tests.unit.dashboards.printed import lines

NOW, BEFORE, YEAR_AGO = "2026Q3", "2026Q2", "2025Q3"
INDEX = """select scope_code, value, low, high from marts.composite_value
where view = 'as_reported' and composite = 'X1' and scope_level = 'county' and period = ?"""
MATTERS = """select period, initiator_code, counterpart_code, mirror_confirmed
from marts.matter where matter_status <> 5"""
ANSWERS = {1, 2}


@pytest.fixture
def told(snapshot, catalogue):
    """County -> its index in a quarter, as the mart has it."""

    def of(period):
        rows = snapshot.ask(INDEX, period).iter_rows()
        return {catalogue.counties[code]: rest for code, *rest in rows}

    return of


def test_every_place_says_what_its_index_was_a_quarter_and_a_year_ago(ask, told):
    now, before, year_ago = told(NOW), told(BEFORE), told(YEAR_AGO)
    found = {line[0]: line for line in lines(falls(ask())) if line[0] in now}
    assert found.keys() == now.keys()
    for name, (value, *_) in now.items():
        expected = [value, before[name][0], value - before[name][0], year_ago[name][0],
                    value - year_ago[name][0]]  # fmt: skip
        shown = [float(found[name][place]) for place in (1, 2, 3, 5, 6)]
        assert shown == pytest.approx(expected, abs=0.051), name


def test_the_place_that_fell_most_is_on_top_and_named_in_the_headline(ask, told):
    now, before = told(NOW), told(BEFORE)
    listing = falls(ask())
    changes = [float(line[3]) for line in lines(listing)]
    assert changes == sorted(changes)
    fell = {name for name in now if now[name][2] < before[name][1]}
    down = {name for name in now if round(now[name][0] - before[name][0], 1) < 0} - fell
    words = {line[0]: line[4] for line in lines(listing)}
    assert {name for name in now if words[name] == "■下降"} == fell
    assert {name for name in now if words[name] == "▲略降，区间重叠"} == down
    assert all(name in listing.headline for name in [*fell, *down][:6])


def test_the_part_that_fell_most_leads_to_the_units_behind_it(ask, snapshot, catalogue):
    parts = [name for part in catalogue.composites["X1"].dimensions for name in part.indicators]
    scores = """select period, scope_code, indicator, score from marts.indicator_score
        where view = 'as_reported' and scope_level = 'county' and taken_from = period
        and score is not null"""
    score = {tuple(row[:3]): row[3] for row in snapshot.ask(scores).iter_rows()}
    for line in falls(ask()).lines:
        if not isinstance(line[-1], tuple):
            continue
        county, indicator = line[-1][2].split("?")[0].split("/")[2:]
        if county not in catalogue.counties:
            continue
        moved = {
            name: score[NOW, county, name] - score[BEFORE, county, name]
            for name in parts
            if (NOW, county, name) in score and (BEFORE, county, name) in score
        }
        assert moved[indicator] == pytest.approx(min(moved.values()))


def test_nothing_is_compared_with_a_quarter_that_there_is_not(ask):
    listing = falls(ask(period="2025Q3"))
    assert listing.headline is None
    assert {line[4] for line in lines(listing)} == {"没有上季可比"}


def test_a_unit_that_answered_nothing_it_was_named_in_is_told_with_what_it_ever_answered(
    ask, snapshot
):
    asked, ever, by = defaultdict(list), defaultdict(list), defaultdict(set)
    for period, initiator, unit, answer in snapshot.ask(MATTERS).iter_rows():
        ever[unit].append(answer in ANSWERS)
        if period == NOW:
            asked[unit].append(answer in ANSWERS)
            by[unit].add(initiator)
    quiet = {unit for unit, answers in asked.items() if not any(answers)}
    names = dict(ask().duty.select("unit_code", "unit_name").iter_rows())
    listing = silent(ask())
    assert quiet
    assert {line[1]: line[4:] for line in lines(listing)} == {
        names[unit]: [f"{len(asked[unit])}件", f"{len(by[unit])}家",
                      f"{len(ever[unit])}件中答复{sum(ever[unit])}件"]
        for unit in quiet
    }  # fmt: skip
    never = sum(not any(ever[unit]) for unit in quiet)
    count = sum(len(asked[unit]) for unit in quiet)
    assert listing.headline == (
        f"{len(quiet)}家单位对本季提到它的{count}件事项一件也没有答复，其中{never}家各期从未答复"
    )


def test_a_county_is_told_of_its_own_silent_units_only(ask):
    own = Reader("county", frozenset({"330702"}))
    assert {line[0] for line in lines(silent(ask(reader=own)))} <= {"婺城区"}
