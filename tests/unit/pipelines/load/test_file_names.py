"""The name of a file is told without persons, their telephones and their identity numbers."""

import pytest

from models.loader import load_catalogue
from pipelines.load.file_names import without_persons

UNIT = "婺城区样例局"


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ("张三13805790000.xlsx", "…138********.xlsx"),
        ("330702199001011234_李四.xlsx", "330********_….xlsx"),
        (f"{UNIT}33070219900101123X季报.xlsx", f"{UNIT}330********季报.xlsx"),
        ("330702200024_2026Q2_20260704101112.xlsx", "330702200024_2026Q2_20260704101112.xlsx"),
    ],
)
def test_numbers_of_persons_are_hidden_and_those_of_units_stay(sent, told):
    assert without_persons(sent, [UNIT], load_catalogue()) == told
