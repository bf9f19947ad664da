"""Tables of the marts: what they say over themselves, and how cells are shaded."""

import polars as pl
import pytest

from dashboards import mart_headlines as said
from dashboards.answers import Answer
from dashboards.figures.shade_table import shade_table
from dashboards.mart_charts import SCHEMA, shaded
from dashboards.theme import BLANK


def cells(grid, columns=("甲列", "乙列")):
    """Rows of a table: name -> (text, value) for each column."""
    return [
        {"scope": name, "scope_level": "county", "name": name, "county": "330702",
         "column": column, "text": text, "hover": text, "value": value}
        for name, line in grid.items()
        for column, (text, value) in zip(columns, line, strict=True)
    ]  # fmt: skip


def answer(grid, omitted=0, **given):
    rows = shaded(cells(grid, **given))
    return Answer(rows, 3, 2, omitted)


class Setting:
    """Says the name of the text and what it was filled with."""

    height = 300

    def say(self, name, **fills):
        return " ".join([name, *(f"{key}={value}" for key, value in fills.items())])


PARTNERS = {"婺城区": [("3", 3.0), ("", 0.0)], "武义县": [("未报", None), ("7", 7.0)]}


def test_the_busiest_cell_is_named_and_missing_cells_are_not_called_empty():
    text = said.busiest(answer(PARTNERS), Setting())
    assert text == "headline_busiest count=10 start=武义县 end=乙列 most=7 empty=1"


def test_nothing_is_said_of_all_where_rows_were_left_out():
    assert said.busiest(answer(PARTNERS, omitted=1), Setting()) is None
    assert said.confirmed(answer({"婺城区": [("1/2", 2.0), ("", 0.0)]}, 1), Setting()) is None


def test_ties_are_counted_with_those_that_both_list():
    grid = {"婺城区": [("1/2", 2.0), ("", 0.0)], "武义县": [("4/4", 4.0), ("未报", None)]}
    assert said.confirmed(answer(grid), Setting()) == "headline_confirmed listed=6 both=5"


def test_elections_are_said_of_the_whole_that_stands_first():
    grid = {"金华市": [("3", 3.0), ("9", 9.0)], "婺城区": [("", 0.0), ("5", 5.0)]}
    text = said.elections(answer(grid), Setting())
    assert text == "headline_elections place=金华市 overdue=3 coming=9"


@pytest.mark.parametrize("headline", [said.busiest, said.confirmed, said.flow, said.days,
                                      said.elections, said.neutral])  # fmt: skip
def test_an_empty_table_says_nothing(headline):
    nothing = Answer(pl.DataFrame(schema=SCHEMA), 0, 0)
    assert headline(nothing, Setting()) is None


def test_a_cell_is_shaded_by_its_part_of_the_largest_and_a_missing_one_is_grey():
    rows = shaded(cells(PARTNERS))
    assert rows["shade"].to_list() == [3 / 7, 0.0, None, 1.0]
    assert shade_table(rows, Setting())["data"][0]["colorscale"] == [[0, BLANK], [1, BLANK]]
    assert shade_table(rows, Setting())["data"][0]["text"] == [["", ""], ["未报", ""]]
    assert shade_table(rows, Setting())["data"][1]["text"] == [["3", ""], ["", "7"]]


def test_the_row_of_sums_sets_no_measure_for_the_others():
    grid = {"金华市": [("9", 9.0), ("9", 9.0)], "婺城区": [("6", 6.0), ("3", 3.0)]}
    rows = shaded(cells(grid), by="column", first=True)
    assert rows["shade"].to_list() == [1.0, 1.0, 1.0, 1.0]
