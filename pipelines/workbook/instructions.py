"""填表说明: what each cell asks, in a sheet that a filler can read without the catalogue."""

from xlsxwriter import Workbook

from models.catalogue_model import CLOSING, Catalogue
from models.spec.form import Field
from pipelines.workbook.layout import Layout
from pipelines.workbook.style import Styles

WIDTHS = (8, 44, 10, 24, 24, 40)


def write_instructions(
    book: Workbook, styles: Styles, catalogue: Catalogue, layout: Layout
) -> None:
    """Write the sheet: general remarks, then a line for every cell of this workbook."""
    sheet = book.add_worksheet(catalogue.say("workbook.instructions"))
    for col, width in enumerate(WIDTHS):
        sheet.set_column(col, col, width)
    row = 0
    for line in _remarks(catalogue):
        sheet.merge_range(row, 0, row, len(WIDTHS) - 1, line, styles.plain)
        row += 1
    for col, key in enumerate(("code", "label", "uom", "how", "kind", "hint")):
        sheet.write_string(row, col, catalogue.say(f"workbook.column_{key}"), styles.header)
    for _, fields in layout.forms:
        for field in fields:
            row += 1
            for col, text in enumerate(_line(catalogue, field)):
                sheet.write_string(row, col, text, styles.label)
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.protect()


def _remarks(catalogue: Catalogue) -> list[str]:
    """What is to be known before; of a unit that ended, first what little it owes."""
    first = [catalogue.say("workbook.remark_closing")] if catalogue.form_set == CLOSING else []
    return [*first, *catalogue.say("workbook.remarks").splitlines()]


def _line(catalogue: Catalogue, field: Field) -> tuple[str, ...]:
    return (
        field.code,
        field.zh,
        field.uom or "",
        catalogue.say(f"workbook.entry_{field.entry}"),
        catalogue.say(f"workbook.kind_{field.kind}"),
        field.hint or "",
    )
