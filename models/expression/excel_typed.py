"""IS_INT, IS_NUM and IS_DATE on a sheet: how a cell was typed, asked of the cell itself.

A sheet computes with numbers only, so a number typed as text is none here, though the reader
would take it: whoever typed it sees why the totals stay blank. A date is a number shown as one.
"""

from collections.abc import Callable

from models.expression.excel_cells import NUMBER_OR_ZERO
from models.expression.formula import Truth, opposite, product


def _cell(ref: str, *, is_whole: bool) -> Truth:
    """Tell whether a cell holds a number; a blank is neither."""
    whole = f"(ROUND({ref}-ROUND({ref},0),6)=0)" if is_whole else "TRUE"
    reads = f"IF(ISNUMBER({ref}),{whole},FALSE)"
    return Truth(reads, f"IF(LEN({ref})=0,FALSE,NOT({reads}))")


def _column(area: str, *, is_whole: bool) -> Truth:
    """Tell it of every row, as 0 and 1."""
    value = f"VALUE(TEXT({area},{NUMBER_OR_ZERO}))"
    whole = f"(ROUND({value}-ROUND({value},0),6)=0)" if is_whole else "1"
    true = product(f"ISNUMBER({area})", whole)
    return Truth(true, product(f"(LEN({area})>0)", opposite(true)))


CELLS: dict[str, Callable[[str], Truth]] = {
    "IS_INT": lambda ref: _cell(ref, is_whole=True),
    "IS_NUM": lambda ref: _cell(ref, is_whole=False),
    "IS_DATE": lambda ref: _cell(ref, is_whole=False),
}
COLUMNS: dict[str, Callable[[str], Truth]] = {
    "IS_INT": lambda area: _column(area, is_whole=True),
    "IS_NUM": lambda area: _column(area, is_whole=False),
    "IS_DATE": lambda area: _column(area, is_whole=False),
}
