"""What a person reads of a number of a whole city is short, and says how much it leaves out."""

import pytest

from pipelines.commands.explain_telling import NAMED, tell_explained
from pipelines.commands.telling import Teller

UNITS, MISSING, CELLS = 30, 25, 400
COMPARED = {"kind": "previous", "compare_to": "2026Q2", "state": "compared", "value_now": 85.0,
            "value_then": 80.5, "change": 4.5, "units_expected": 30, "units_same": 28}  # fmt: skip
APART = {"kind": "year", "compare_to": "2025Q3", "state": "no_quarter", "value_now": None,
         "value_then": None, "change": None, "units_expected": 0, "units_same": 0}  # fmt: skip


def code(number):
    return f"3307002{number:05}"


@pytest.fixture
def lines(capsys):
    tell_explained(Teller(), {
        # Of an earlier catalogue: the one of today knows no such indicator.
        "indicator": "OLD99", "rollup": "distinct_matters", "zh": "换届正常率",
        "scope": "330700", "scope_level": "city", "scope_name": "全市", "is_hidden": False,
        "period": "2026Q3", "value": 85.0, "numerator": 17.0, "denominator": 20.0,
        "formula": "100×甲÷乙", "definition": None, "units_expected": UNITS + MISSING,
        "units_used": UNITS, "missing": [code(n) for n in range(MISSING)], "missing_hidden": 0,
        "missing_names": {code(n): f"样例单位{n}" for n in range(MISSING)},
        "view": "as_reported", "compare_to": None, "left_out": [], "left_out_hidden": 0,
        "changes": [COMPARED, APART],
        "units": [{"unit_code": code(n), "unit_name": "样例", "numerator": 1.0,
                   "denominator": 2.0, "part": None, "heirs": None} for n in range(NAMED)],
        "units_total": UNITS, "parts": [], "parts_total": CELLS, "parts_hidden": 0,
    })  # fmt: skip
    return capsys.readouterr().out.splitlines()


def test_missing_units_are_named_up_to_a_number_and_counted(lines):
    (line,) = (each for each in lines if each.startswith("应报"))
    assert code(NAMED - 1) in line
    assert code(NAMED) not in line
    assert line.endswith(f"等{MISSING}家")


def test_units_and_cells_that_are_not_shown_are_counted(lines):
    assert sum(each.strip().startswith("3307002") for each in lines) == NAMED
    assert any(f"另有{UNITS - NAMED}家" in each for each in lines)
    assert any(f"另有{CELLS}个单元格" in each for each in lines)


def test_each_comparison_is_told_or_why_there_is_none(lines):
    assert "  环比(与2026Q2比,同口径28家):80.5 → 85,变动+4.5" in lines
    assert "  同比:不比,没有2025Q3的数据" in lines
