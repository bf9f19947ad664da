"""The formulas of live checks: in how many places a part fails, and in which row first."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace

from models.catalogue_model import Catalogue
from models.check import statement
from models.expression import (
    Expression,
    SheetNames,
    Truth,
    Value,
    parse,
    text_cell,
    text_column,
    to_sheet_rows,
    to_sheet_test,
)
from models.expression.formula import all_of, either, fitting, opposite, product
from models.names import Names, deep_reads, part_names
from models.spec.form import EntryMode
from pipelines.workbook.formulas import sheet_names
from pipelines.workbook.layout import LIST_FIRST_ROW, Layout, area_of, exist_area
from pipelines.workbook.live_ask import TYPES, UNREAD_BY, Ask, Key

STATE, FIRST = "A", "C"
FIRST_LINE = 2
"""The row, counted from 1, of the first check on the hidden sheet."""


class States:
    """Compiles the checks of one kind of workbook."""

    def __init__(self, catalogue: Catalogue, layout: Layout, period: str) -> None:
        self._catalogue = catalogue
        self._layout = layout
        self._names = replace(sheet_names(catalogue, layout, period), typed=self._typed)
        self._rows: dict[Key, int] = {}
        self._failing: dict[Key, str] = {}
        self._unread: dict[str, list[Ask]] = defaultdict(list)

    def number(self, asked: Sequence[Ask]) -> None:
        """Give every check its row, so that checks can refer to one another."""
        for row, ask in enumerate(asked, start=FIRST_LINE):
            self._rows[ask.key] = row
            if ask.field and ask.rule.each in UNREAD_BY:
                self._unread[ask.field.qualified].append(ask)

    def row(self, ask: Ask) -> int:
        """The row of a check on the hidden sheet, counted from 1."""
        return self._rows[ask.key]

    def failing(self, ask: Ask) -> str:
        """The condition under which it fails; for rows an array of 0 and 1.

        Raises:
            NotInWorkbookError: basic functions cannot say it.
        """
        if ask.key not in self._failing:
            self._failing[ask.key] = self._compiled(ask)
        return self._failing[ask.key]

    def _compiled(self, ask: Ask) -> str:
        if ask.alias:
            return product(self._needed_rows(ask), self._fails_in_rows(ask))
        return all_of(self._needed(ask), self._fails(ask))

    def count(self, ask: Ask) -> str:
        """The number of places where it fails; 0 while a cell that it needs cannot be read."""
        failed = (
            f"SUMPRODUCT(1*{self._weight(ask)})" if ask.alias else f"IF({self.failing(ask)},1,0)"
        )
        waits = "+".join(f"{STATE}{row}" for row in self._waits_for(ask))
        asked = f"IF({waits}>0,0,{failed})" if waits else failed
        # An error in a cell is no value of its type.
        return fitting(f"IFERROR({asked},{1 if ask.rule.each in TYPES else 0})")

    def first(self, ask: Ask) -> str:
        """The first row that fails, counted from 1."""
        first = first_row(ask.alias or "", self._weight(ask))
        state = f"{STATE}{self.row(ask)}"
        return fitting(f'IF({state}=0,"",IFERROR({first},1))')

    def due(self, ask: Ask) -> str:
        """How many cells the unit is to fill."""
        if ask.target.entry is EntryMode.DIRECTORY:
            return "0"
        if ask.alias:
            exist = exist_area(ask.alias)
            return f"SUMPRODUCT(1*{product(exist, self._needed_rows(ask))})"
        needed = self._needed(ask)
        return "1" if needed == "TRUE" else f"IF({needed},1,0)"

    def _weight(self, ask: Ask) -> str:
        """1 for every row that exists, can be read and fails."""
        readable = [
            opposite(self._unread_rows(name))
            for name in self._reads(ask)
            if self._catalogue.fields[name].alias == ask.alias
        ]
        exist = exist_area(ask.alias or "")
        return product(exist, *readable, self.failing(ask))

    def _unread_rows(self, name: str) -> str:
        """1 for every row in which the column cannot be read."""
        return either(*(self.failing(each) for each in self._unread[name]))

    def _waits_for(self, ask: Ask) -> list[int]:
        """The rows of the checks that say whether cells outside the row can be read."""
        return sorted(
            self.row(each)
            for name in self._reads(ask)
            if not (ask.alias and self._catalogue.fields[name].alias == ask.alias)
            for each in self._unread[name]
        )

    def _reads(self, ask: Ask) -> Sequence[str]:
        """The fields that must be readable before it is asked."""
        if ask.field:
            return () if ask.rule.each in UNREAD_BY else (ask.field.qualified,)
        return sorted(deep_reads(part_names(ask.part), self._catalogue))

    # What the expressions are, and how they are read

    def _needed(self, ask: Ask) -> str:
        conditions = self._conditions(ask)
        return all_of(*(self._test(each, self._names).true for each in conditions))

    def _needed_rows(self, ask: Ask) -> str:
        conditions = self._conditions(ask)
        return product(*(self._row_test(each, self._names).true for each in conditions))

    def _conditions(self, ask: Ask) -> list[Expression]:
        """When it is asked at all."""
        when = ask.part.when
        if ask.rule.each == "required" and ask.target.required != "yes":
            when = ask.target.required_when
        return [self._bound(when)] if when else []

    def _fails(self, ask: Ask) -> str:
        if ask.field is None:
            return self._test(self._statement(ask), self._names).false
        names = replace(self._names, cell=self._as_held(ask))
        truth = self._test(self._statement(ask), names)
        if ask.rule.each not in TYPES:
            return truth.false
        # What has no value in its type is never passed over.
        return f"AND(LEN({ask.field.name})>0,NOT({truth.true}))"

    def _fails_in_rows(self, ask: Ask) -> str:
        if ask.field is None:
            return self._row_test(self._statement(ask), self._names).false
        names = self._names
        if ask.rule.each == "required":
            area = area_of(ask.field)
            names = replace(names, column=lambda _: text_column(area))
        truth = self._row_test(self._statement(ask), names)
        if ask.rule.each not in TYPES:
            return truth.false
        filled = f"(LEN({area_of(ask.field)})>0)"
        return product(filled, opposite(truth.true))

    def _as_held(self, ask: Ask) -> Callable[[str], Value | None]:
        """How a rule about single cells reads the cell: as content, or in its type."""
        ref = (ask.field or ask.target).name
        if ask.rule.each == "required":
            return lambda _: text_cell(ref)
        return self._names.cell

    def _statement(self, ask: Ask) -> Expression:
        field = ask.field
        if field is None:
            return self._bound(statement(ask.part))
        low, high = field.typical or (None, None)
        codes = list(self._catalogue.codes.get(field.enum or "", ()))
        given = {"typical_min": low, "typical_max": high, "ENUM(field)": codes}
        return parse(statement(ask.part)).bind({**given, "value": parse(field.qualified)})

    def _bound(self, text: str) -> Expression:
        codes = [self._catalogue.structure.city.code, *self._catalogue.counties]
        return parse(text).bind({"DIRECTORY_COUNTIES()": codes})

    def _test(self, expression: Expression, names: SheetNames) -> Truth:
        return to_sheet_test(expression, Names(self._catalogue).type_of, names)

    def _row_test(self, expression: Expression, names: SheetNames) -> Truth:
        return to_sheet_rows(expression, Names(self._catalogue).type_of, names)

    def _typed(self, name: str) -> str | None:
        field = self._catalogue.fields.get(name)
        if field is None or (field.alias is None and name not in self._layout.fixed):
            return None
        return area_of(field) if field.alias else name


def first_row(alias: str, weight: str) -> str:
    """The first row of a list for which an array holds 1, counted from 1."""
    rows = exist_area(alias)
    below = f"{LIST_FIRST_ROW}+1+ROWS({rows})-ROW({rows})"
    return f"ROWS({rows})+1-SUMPRODUCT(MAX({weight}*({below})))"
