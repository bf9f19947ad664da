"""The hidden sheet of live checks: a line each, with the values that our own engine found."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from itertools import accumulate

from xlsxwriter import Workbook
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from models.spec.rule import Severity
from pipelines.workbook.cells import Pen
from pipelines.workbook.content import Found, Sheetful
from pipelines.workbook.formulas import unmarked
from pipelines.workbook.layout import CHECKS_SHEET, LIST_FIRST_ROW, Layout, ListPlan, exist_area
from pipelines.workbook.live import Line, live_lines
from pipelines.workbook.live_state import FIRST_LINE

NONE = Found(0)
TOTALS = ("must", "shown", "missing", "verify", "due", "filled", "hint")
STATE_COL, RUNNING_COL, FIRST_COL, PLACE_COL = range(4)
CELL_COL, TEXT_COL, DUE_COL, ERROR_COL = range(6, 10)


class Live:
    """The live checks of one workbook, and what they say of what is shown in it."""

    def __init__(self, pen: Pen, layout: Layout) -> None:
        self._pen = pen
        self._layout = layout
        period = pen.content.period
        self.lines: Sequence[Line] = live_lines(pen.catalogue, layout.kind, layout.quarter, period)
        computed = pen.content.computed
        self._found: Mapping[tuple[str, int, str], Found] = computed.found if computed else {}
        self.is_known = computed is not None

    def found(self, line: Line) -> Found:
        """What our own engine found, for the value stored beside the formula."""
        return self._found.get(line.ask.key, NONE)

    @cached_property
    def totals(self) -> dict[str, int]:
        """The numbers of the first row."""
        counts = {severity.value: 0 for severity in Severity}
        for line in self.lines:
            counts[line.ask.rule.severity] += self.found(line).count
        missing = sum(self.found(line).count for line in self.lines if line.due)
        due = sum(self.due(line) for line in self.lines)
        shown = sum(1 for line in self.lines if self.found(line).count)
        return {**counts, "missing": missing, "due": due, "filled": due - missing, "shown": shown}

    def due(self, line: Line) -> int:
        """How many cells a line about required cells asks for."""
        if line.due in {"", "0", "1"}:
            return int(line.due or 0)
        return self.found(line).due

    @cached_property
    def by_target(self) -> dict[str, list[tuple[int, Line]]]:
        """Field -> the rows of the checks that lead to its cell."""
        rows: dict[str, list[tuple[int, Line]]] = defaultdict(list)
        for row, line in enumerate(self.lines, start=FIRST_LINE):
            rows[line.ask.target.qualified].append((row, line))
        return rows

    def address(self, line: Line) -> str:
        """The cell the line leads to now."""
        if not line.first:
            return line.cell
        first = self.found(line).first
        return f"{line.column}{LIST_FIRST_ROW + first}" if first else ""

    def text(self, line: Line) -> str:
        """What the line says now."""
        return self.found(line).text if line.is_said_live else line.text

    def severity_at(self, place: str) -> str:
        """A formula of the severity of the line at a place: lines stand by gravity."""
        *others, (last, _) = self._groups
        formula = f'"{last}"'
        for name, until in reversed(others):
            formula = f'IF({place}<={until},"{name}",{formula})'
        return formula

    @cached_property
    def _groups(self) -> list[tuple[str, int]]:
        """The severities in order, with the place of the last line of each."""
        last = {line.ask.rule.severity: at for at, line in enumerate(self.lines, start=1)}
        say = self._pen.catalogue.say
        return [(say(f"validate.severity_{severity}"), at) for severity, at in last.items()]

    def write(self, book: Workbook) -> None:
        """Write the hidden sheet and its names."""
        sheet = book.add_worksheet(CHECKS_SHEET)
        self._write_totals(sheet)
        running = accumulate(1 if self.found(line).count else 0 for line in self.lines)
        for (row, line), number in zip(enumerate(self.lines, FIRST_LINE), running, strict=True):
            self._write_line(sheet, row, line, number)
        for alias, listed in self._layout.lists.items():
            self._write_rows(book, sheet, alias, listed)
        sheet.hide()

    def _write_totals(self, sheet: Worksheet) -> None:
        due = f"SUM(I{FIRST_LINE}:I{FIRST_LINE + len(self.lines)})"
        always = sum(1 for line in self.lines if line.due == "1")
        formulas = {
            "must": self._sum(lambda line: line.is_must),
            "shown": f"MAX(B{FIRST_LINE}:B{FIRST_LINE + len(self.lines)})",
            "missing": self._sum(lambda line: bool(line.due)),
            "verify": self._sum(lambda line: line.ask.rule.severity is Severity.VERIFY),
            "due": f"{always}+{due}",
            "filled": "E1-C1",
            "hint": self._sum(lambda line: line.ask.rule.severity is Severity.HINT),
        }
        for col, name in enumerate(TOTALS):
            sheet.write_formula(0, col, f"={formulas[name]}", None, self.totals[name])
        sheet.write_string(0, ERROR_COL, self._pen.say("error_in_cell"))

    def _sum(self, belongs: Callable[[Line], bool]) -> str:
        """How many places are open in lines that stand together."""
        rows = [row for row, line in enumerate(self.lines, FIRST_LINE) if belongs(line)]
        return f"SUM(A{rows[0]}:A{rows[-1]})" if rows else "0"

    def _write_line(self, sheet: Worksheet, row: int, line: Line, number: int) -> None:
        found, at = self.found(line), row - 1
        state = unmarked(line.state, self._layout)
        sheet.write_formula(at, STATE_COL, f"={state}", None, found.count)
        before = "0" if row == FIRST_LINE else f"B{row - 1}"
        sheet.write_formula(at, RUNNING_COL, f"={before}+(A{row}>0)", None, number)
        sheet.write_string(at, PLACE_COL, f"{line.sheet}!{line.label}")
        if line.first:
            sheet.write_formula(at, FIRST_COL, f"={line.first}", None, found.first or "")
            where = f'=IF(A{row}=0,"","{line.column}"&({LIST_FIRST_ROW}+C{row}))'
            sheet.write_formula(at, CELL_COL, where, None, self.address(line))
        else:
            sheet.write_string(at, CELL_COL, line.cell)
        if line.is_said_live:
            sheet.write_formula(at, TEXT_COL, f"={line.text}", None, found.text)
        else:
            sheet.write_string(at, TEXT_COL, line.text)
        if line.due not in {"", "0", "1"}:
            sheet.write_formula(at, DUE_COL, f"={line.due}", None, self.due(line))

    def _write_rows(self, book: Workbook, sheet: Worksheet, alias: str, listed: ListPlan) -> None:
        """Say which rows of a list exist: those in which the unit has filled something."""
        col, letter = self._layout.exist_col(alias), ""
        typed = [f for f in listed.fields if not f.is_system_owned and f.formula is None]
        for line in range(1, listed.rows + 1):
            row = LIST_FIRST_ROW + line
            cells = ",".join(
                f"'{listed.form.sheet}'!{xl_col_to_name(first)}{row}:{xl_col_to_name(last)}{row}"
                for first, last in _runs([listed.columns[field.name] for field in typed])
            )
            exists = any(self._is_filled(self._pen.content.shown, f.qualified, line) for f in typed)
            sheet.write_formula(row - 1, col, f"=IF(COUNTA({cells})>0,1,0)", None, int(exists))
        letter = xl_col_to_name(col)
        area = f"${letter}${LIST_FIRST_ROW + 1}:${letter}${LIST_FIRST_ROW + listed.rows}"
        book.define_name(exist_area(alias), f"='{CHECKS_SHEET}'!{area}")

    def _is_filled(self, shown: Sheetful, name: str, line: int) -> bool:
        return shown.value(name, line) is not None


def _runs(cols: Sequence[int]) -> list[tuple[int, int]]:
    """Columns that stand side by side: first and last of each run."""
    runs: list[tuple[int, int]] = []
    for col in cols:
        if runs and runs[-1][1] == col - 1:
            runs[-1] = (runs[-1][0], col)
        else:
            runs.append((col, col))
    return runs
