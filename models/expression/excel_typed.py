"""IS_INT and IS_NUM on a sheet: how a cell was typed, asked of the cell itself."""

from models.expression.formula import Truth

PLACES = ",".join(str(place) for place in range(2, 21))


def reads_as_number(ref: str, *, is_whole: bool) -> Truth:
    """Tell whether a cell holds a number, or a text that is nothing but one of up to 20 signs."""
    text = f"TRIM({ref})"
    typed, cell = (_judged(number, is_whole=is_whole) for number in (f"VALUE({text})", ref))
    reads = f"IF(ISNUMBER({ref}),{cell},IF({_is_other(text)},FALSE,{typed}))"
    return Truth(f"IF(LEN({ref})=0,FALSE,{reads})", f"IF(LEN({ref})=0,FALSE,NOT({reads}))")


def _judged(number: str, *, is_whole: bool) -> str:
    return f"(ROUND({number}-ROUND({number},0),6)=0)" if is_whole else "TRUE"


def _is_other(text: str) -> str:
    """VALUE alone would take 5%, 1,000 and 2026-1-1 for numbers."""
    first = f'ISERROR(FIND(LEFT({text}),"0123456789.+-"))'
    # Padded, because programs differ on whether nothing is found in a text.
    signs = f'MID({text}&REPT("0",20),{{{PLACES}}},1)'
    later = f'SUMPRODUCT(1*ISERROR(FIND({signs},"0123456789.")))>0'
    return f"OR(ISERROR(VALUE({text})),{first},{later},LEN({text})>20)"
