"""The same workbook in the XML of Excel 2003, as Excel and WPS write it: an own writer."""

import re
from xml.sax.saxutils import quoteattr

import openpyxl
from lxml import etree
from openpyxl.utils import column_index_from_string

HEAD = (
    '<?xml version="1.0"?>\n<?mso-application progid="Excel.Sheet"?>\n'
    '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" '
    'xmlns:x="urn:schemas-microsoft-com:office:excel" '
    'xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">'
)
REFERENCE = re.compile(r"(?<![\w.])(\$?)([A-Z]{1,3})(\$?)([0-9]+)(?![\w(.])")
LITERAL = re.compile(r"(\"(?:[^\"]|\"\")*\"|'(?:[^']|'')*')")


def as_spreadsheetml(path, target):
    """Write the workbook at `path` as one XML file, formulas in R1C1 notation."""
    shown = openpyxl.load_workbook(path, data_only=True)
    formulas = openpyxl.load_workbook(path)
    sheets = "".join(_sheet(shown[name], formulas[name]) for name in shown.sheetnames)
    target.write_text(f"{HEAD}{_names(shown)}{sheets}</Workbook>", encoding="utf-8")
    etree.parse(str(target))
    return target


def _names(book):
    told = []
    for name, defined in book.defined_names.items():
        refers = "=" + _r1c1(defined.attr_text, 0, 0)
        told.append(f"<NamedRange ss:Name={quoteattr(name)} ss:RefersTo={quoteattr(refers)}/>")
    return f"<Names>{''.join(told)}</Names>"


def _sheet(shown, formulas):
    rows = []
    for row in shown.iter_rows():
        cells = "".join(_cell(cell, formulas[cell.coordinate].value) for cell in row)
        if cells:
            rows.append(f'<Row ss:Index="{row[0].row}">{cells}</Row>')
    state = {"visible": "SheetVisible", "hidden": "SheetHidden"}
    told = state.get(shown.sheet_state, "SheetVeryHidden")
    options = f"<x:WorksheetOptions><x:Visible>{told}</x:Visible></x:WorksheetOptions>"
    name = quoteattr(shown.title)
    return f"<Worksheet ss:Name={name}><Table>{''.join(rows)}</Table>{options}</Worksheet>"


def _cell(cell, typed):
    is_formula = isinstance(typed, str) and typed.startswith("=")
    if cell.value is None and not is_formula:
        return ""
    formula = ""
    if is_formula:
        formula = f" ss:Formula={quoteattr('=' + _r1c1(typed[1:], cell.row, cell.column))}"
    return f'<Cell ss:Index="{cell.column}"{formula}>{_data(cell)}</Cell>'


def _data(cell):
    kinds = {"n": "Number", "s": "String", "str": "String", "b": "Boolean", "e": "Error"}
    value, kind = cell.value, kinds.get(cell.data_type, "DateTime")
    if value is None:
        return '<Data ss:Type="String"></Data>'
    if cell.is_date:
        kind, value = "DateTime", f"{value:%Y-%m-%dT%H:%M:%S}.000"
    text = str(int(value) if kind == "Boolean" else value)
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace("\n", "&#10;")
    return f'<Data ss:Type="{kind}">{escaped}</Data>'


def _r1c1(formula, row, col):
    def told(found):
        at_col, at_row = column_index_from_string(found[2]), int(found[4])
        rows = f"R{at_row}" if found[3] else f"R[{at_row - row}]"
        return rows + (f"C{at_col}" if found[1] else f"C[{at_col - col}]")

    parts = LITERAL.split(formula)
    return "".join(p if n % 2 else REFERENCE.sub(told, p) for n, p in enumerate(parts))
