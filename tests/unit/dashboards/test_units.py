from dashboards import units
from dashboards.wording import speaker

SHOWN = ("COO01", "COO02", "COO12", "l3.matter_id")


def test_units_with_most_missed_targets_come_first(ask, catalogue):
    table = units.unit_table(ask(county="330726"), SHOWN, speaker(catalogue))
    missed = [int(line[2]) for line in table.lines]
    assert len(missed) == 21
    assert missed == sorted(missed, reverse=True)


def test_a_cell_shows_status_by_shape_and_word_class(ask, catalogue):
    table = units.unit_table(ask(county="330726"), ("COO01",), speaker(catalogue))
    marks = {"met": "●", "near": "▲", "missed": "■"}
    for line in table.lines:
        text, status, _ = line[3]
        assert text.startswith(marks[status])


def test_what_is_not_due_says_so(ask, catalogue):
    say = speaker(catalogue)
    table = units.unit_table(ask(county="330726"), ("COO12",), say)
    assert {line[3] for line in table.lines} == {(say("status_not_due"), "blank")}


def test_more_units_than_the_table_takes_are_counted(ask, catalogue, monkeypatch):
    question = ask(county="330700")
    few = question.limits.model_copy(update={"table_rows": 10})
    monkeypatch.setitem(question.__dict__, "limits", few)
    table = units.unit_table(question, ("COO01",), speaker(catalogue))
    assert (len(table.lines), table.omitted) == (10, 51)
    assert table.rows.height == 61
