"""Who carries on whose history, worked by hand."""

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

from models.events import Effect, EventKind, Leg, UnitEvent
from models.succession import Heir, broken, heirs

Q1, Q2, Q3 = date(2026, 3, 31), date(2026, 6, 30), date(2026, 9, 30)


def event(number, kind, day, *legs):
    return UnitEvent(
        f"E{number}", kind, day, tuple(Leg(*leg) for leg in legs), "文1", "甲",
        datetime(2026, 1, 1), "改革", Effect((), ()),
    )  # fmt: skip


def merged(number, day, into, *codes):
    return event(number, EventKind.MERGE, day, *((code, into) for code in codes))


def spans(found):
    return {
        code: [(heir.unit_code, str(heir.share_from.normalize()), str(heir.share_to.normalize()))
               for heir in some]
        for code, some in found.items()
    }  # fmt: skip


def test_two_merged_units_both_live_on_whole_in_their_successor():
    events = [merged(1, date(2026, 5, 1), "C", "A", "B")]
    found = heirs(events, Q1, Q2)
    assert found["A"] == found["B"] == (Heir("C"),)


def test_the_unit_that_keeps_its_code_in_a_merger_is_its_own_heir():
    events = [merged(1, date(2026, 5, 1), "A", "A", "B")]
    assert heirs(events, Q1, Q2) == {"A": (Heir("A"),), "B": (Heir("A"),)}


def test_a_unit_that_takes_another_in_keeps_its_own_history():
    events = [merged(1, date(2026, 5, 1), "C", "A")]
    assert heirs(events, Q1, Q2) == {"A": (Heir("C"),), "C": (Heir("C"),)}


def test_a_split_cuts_history_by_members_into_spans_that_meet():
    split = event(1, EventKind.SPLIT, date(2026, 5, 1), ("A", "B", 0.6, 0.5), ("A", "C", 0.4, 0.5))
    found = heirs([split], Q1, Q2)
    assert spans(found)["A"] == [("B", "0", "0.6"), ("C", "0.6", "1")]
    assert all(heir.is_estimated for heir in found["A"])


def test_shares_that_miss_one_by_a_little_still_end_at_one():
    thirds = event(
        1, EventKind.SPLIT, date(2026, 5, 1), *(("A", code, 0.3333, None) for code in "BCD")
    )
    assert [end for *_, end in spans(heirs([thirds], Q1, Q2))["A"]] == [
        "0.33333333", "0.66666667", "1",
    ]  # fmt: skip


def test_later_events_move_on_what_earlier_ones_made():
    events = [
        merged(3, date(2026, 8, 1), "E", "C", "D"),
        event(2, EventKind.SPLIT, date(2026, 5, 1), ("A", "B", 0.25), ("A", "C", 0.75)),
        event(4, EventKind.SPLIT, date(2026, 9, 1), ("E", "F", 0.5), ("E", "G", 0.5)),
    ]
    found = spans(heirs(events, Q1, Q3))
    assert found["A"] == [("B", "0", "0.25"), ("F", "0.25", "0.625"), ("G", "0.625", "1")]
    assert found["D"] == [("F", "0", "0.5"), ("G", "0.5", "1")]
    assert spans(heirs(events, Q2, Q3))["C"] == [("F", "0", "0.5"), ("G", "0.5", "1")]


def test_what_parted_and_came_together_again_is_whole_and_no_estimate():
    events = [
        event(1, EventKind.SPLIT, date(2026, 5, 1), ("A", "A", 0.6), ("A", "B", 0.4)),
        merged(2, date(2026, 8, 1), "A", "A", "B"),
    ]
    assert heirs(events, Q1, Q3) == {"A": (Heir("A"),), "B": (Heir("A"),)}
    assert not heirs(events, Q1, Q3)["A"][0].is_estimated


def test_parts_that_do_not_meet_are_laid_together_in_one_span():
    events = [
        event(
            1, EventKind.SPLIT, date(2026, 5, 1),
            ("A", "B", 0.25), ("A", "C", 0.5), ("A", "D", 0.25),
        ),
        merged(2, date(2026, 8, 1), "E", "B", "D"),
    ]  # fmt: skip
    found = heirs(events, Q1, Q3)
    assert spans(found)["A"] == [("E", "0", "0.5"), ("C", "0.5", "1")]
    assert all(heir.is_estimated for heir in found["A"])


def test_only_events_after_one_day_and_up_to_another_count():
    events = [merged(1, Q1, "C", "A", "B"), merged(2, date(2026, 7, 1), "Z", "X", "Y")]
    assert heirs(events, Q1, Q2) == {}
    assert set(heirs(events, date(2026, 3, 30), Q2)) == {"A", "B", "C"}


def test_an_event_that_was_undone_or_leaves_the_unit_itself_has_no_heirs():
    undone = replace(merged(1, date(2026, 5, 1), "C", "A", "B"), undone_at=datetime(2026, 5, 2))
    renamed = event(2, EventKind.RENAME, date(2026, 5, 1), ("X", "X"))
    moved = event(3, EventKind.MOVE, date(2026, 5, 1), ("Y", "Y"))
    gone = event(4, EventKind.ABOLISH, date(2026, 5, 1), ("Z", None))
    assert heirs([undone, renamed, moved, gone], Q1, Q2) == {}
    assert broken([undone, renamed, moved, gone], Q1, Q2) == frozenset()


def test_identity_breaks_for_those_merged_or_split_and_for_those_made_of_them():
    events = [
        merged(1, date(2026, 5, 1), "A", "A", "B"),
        event(2, EventKind.SPLIT, date(2026, 6, 1), ("X", "X", 0.5), ("X", "Y", 0.5)),
    ]
    assert broken(events, Q1, Q2) == {"A", "B", "X", "Y"}
    assert broken(events, Q2, Q3) == frozenset()


def test_a_share_of_a_share_keeps_its_digits():
    half = Decimal("0.5")
    assert Heir("B", Decimal(0), half).is_estimated
    assert not Heir("B").is_estimated
