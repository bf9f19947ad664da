"""Formulas of other formats as Excel writes them."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.extract.book import column, letters
from pipelines.extract.notation import (
    from_open_formula,
    from_r1c1,
    single_cell,
    single_cell_r1c1,
)


@pytest.mark.parametrize(
    ("told", "meant"),
    [
        ("of:=[.C5]+[.C6]", "C5+C6"),
        ('of:=IF([.$A$1]=1;"a;[.B2]";0)', 'IF($A$1=1,"a;[.B2]",0)'),
        ("of:=SUM([$'F1 组''织'.$A1:.B2])", "SUM('F1 组''织'!$A1:B2)"),
        ("of:=SUM([Blatt.A1:Blatt.B2])", "SUM(Blatt!A1:Blatt!B2)"),
        ("of:=branch_open+1", "branch_open+1"),
    ],
)
def test_an_open_formula_reads_as_in_excel(told, meant):
    assert from_open_formula(told) == meant


@pytest.mark.parametrize(
    ("told", "meant"),
    [
        ("=R[-1]C+R5C3", "C4+$C$5"),
        ("=SUM(R1C[1]:R[2]C)", "SUM(D$1:C7)"),
        ("=IF(RC=\"RC\",ROUND(R[1]C1,2),'R C'!RC)", "IF(C5=\"RC\",ROUND($A6,2),'R C'!C5)"),
    ],
)
def test_r1c1_reads_as_a1(told, meant):
    assert from_r1c1(told, 4, 2) == meant


def test_only_a_single_cell_is_a_place():
    assert single_cell("'F1 组''织'!$C$5") == ("F1 组'织", 4, 2)
    assert single_cell("$'F1'.$C$5") == ("F1", 4, 2)
    assert single_cell("'F1'!$C$5:$C$9") is None
    assert single_cell("$F$1.$3:.$3") is None
    assert single_cell_r1c1("='F1 甲'!R5C3") == ("F1 甲", 4, 2)
    assert single_cell_r1c1("='F1 甲'!R5C3:R6C3") is None


@given(st.integers(0, 16383))
def test_columns_and_letters_are_inverse(number):
    assert column(letters(number)) == number
    assert re.fullmatch("[A-Z]{1,3}", letters(number))
