"""减负账本: what units must fill, counted: typed, prefilled and locked cells, rows of lists.

From what was really issued where a quarter has been issued, else from the catalogue alone.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path

from sqlalchemy import Connection, select

from models.catalogue_model import Catalogue
from models.period import Period
from models.registry import issued
from models.spec.form import EntryMode, Field
from pipelines.books import Book
from pipelines.records.units import directory
from pipelines.workbook.content import Sheetful
from pipelines.workbook.layout import Layout, plan
from pipelines.workbook.prefill import decode
from pipelines.workbook.style import role

QUARTERS = (1, 2, 3, 4)
OPEN = frozenset({EntryMode.ZERO_DEFAULT, EntryMode.CARRIED_EDITABLE})
COUNTED = ("typed", "prefilled", "locked", "required", "rows")


@dataclass(frozen=True)
class Burden:
    """One form of one kind of unit in a quarter; averages over the units where it was issued.

    `typed` cells are white, `prefilled` blue, `locked` grey or computed; `required` ones are typed
    and must not stay blank; `rows` are printed in a list, its cells are those of all rows.
    `change` is the difference of typed cells to the quarter before.
    """

    kind: str
    quarter: str
    form: str
    source: str
    units: int = 0
    typed: float = 0
    prefilled: float = 0
    locked: float = 0
    required: float = 0
    rows: float = 0
    change: float | None = None


def of_catalogue(catalogue: Catalogue) -> list[Burden]:
    """Every kind of unit, form and quarter, as the catalogue has them; lists by one row."""
    found = [
        each
        for kind in catalogue.unit_kinds
        for quarter in QUARTERS
        for each in _planned(catalogue, kind, quarter, f"Q{quarter}")
    ]
    earlier = {(each.kind, each.form, int(each.quarter[1:]) % 4 + 1): each for each in found}
    return [
        _compared(each, earlier.get((each.kind, each.form, int(each.quarter[1:]))))
        for each in found
    ]


def of_period(registry: Connection, catalogue: Catalogue, period: Period) -> list[Burden]:
    """Every kind of unit and form in one quarter, compared with the quarter before."""
    now, before = (_one_period(registry, catalogue, p) for p in (period, period.shifted(-1)))
    earlier = {(each.kind, each.form): each for each in before}
    return [_compared(each, earlier.get((each.kind, each.form))) for each in now]


def totals(burdens: Iterable[Burden]) -> list[Burden]:
    """The forms of a kind of unit in a quarter put together."""
    groups: dict[tuple[str, str, str, int], list[Burden]] = defaultdict(list)
    for each in burdens:
        groups[each.kind, each.quarter, each.source, each.units].append(each)
    return [
        Burden(
            kind, quarter, "", source, units,
            **{name: sum(getattr(each, name) for each in some) for name in COUNTED},
            change=_sum([each.change for each in some]),
        )
        for (kind, quarter, source, units), some in groups.items()
    ]  # fmt: skip


def write_burden(path: Path, catalogue: Catalogue, burdens: Sequence[Burden]) -> None:
    """Write the account as a workbook: totals first, then form by form."""
    with Book(path) as book:
        for name, some in (("totals", totals(burdens)), ("forms", burdens)):
            sheet = book.add_worksheet(catalogue.say(f"cli.burden_{name}"))
            head = book.add_format({"bold": True, "bg_color": "#F2DCDB", "border": 1})
            for col, item in enumerate(fields(Burden)):
                sheet.write_string(0, col, catalogue.say(f"cli.burden_column_{item.name}"), head)
            for row, each in enumerate(some, start=1):
                for col, value in enumerate(asdict(named(catalogue, each)).values()):
                    sheet.write(row, col, value)
            sheet.set_column(0, len(fields(Burden)), 14)
            sheet.freeze_panes(1, 0)


def named(catalogue: Catalogue, burden: Burden) -> Burden:
    """The same with Chinese names for people."""
    form = catalogue.forms[burden.form].sheet if burden.form else ""
    source = catalogue.say(f"cli.burden_source_{burden.source}")
    return replace(burden, kind=catalogue.unit_kinds[burden.kind][1], form=form, source=source)


def _compared(now: Burden, before: Burden | None) -> Burden:
    return replace(now, change=round(now.typed - before.typed, 1)) if before else now


def _sum(changes: Sequence[float | None]) -> float | None:
    known = [each for each in changes if each is not None]
    return round(sum(known), 1) if known else None


def _one_period(registry: Connection, catalogue: Catalogue, period: Period) -> list[Burden]:
    given = list(_issued(registry, catalogue, period))
    if not given:
        return [
            each
            for kind in catalogue.unit_kinds
            for each in _planned(catalogue, kind, period.quarter, str(period))
        ]
    by_form: dict[tuple[str, str], list[Burden]] = defaultdict(list)
    for each in given:
        by_form[each.kind, each.form].append(each)
    return [
        replace(
            some[0],
            units=len(some),
            **{
                name: round(sum(getattr(each, name) for each in some) / len(some), 1)
                for name in COUNTED
            },
        )
        for some in by_form.values()
    ]


def _planned(catalogue: Catalogue, kind: str, quarter: int, label: str) -> Iterator[Burden]:
    layout = plan(catalogue, kind, quarter, dict.fromkeys(catalogue.aliases, 1))
    for form, items in layout.forms:
        roles = [(item, _usual_role(item)) for item in items]
        yield _counted(kind, label, form.id, "catalogue", roles, form.spare_rows)


def _usual_role(item: Field) -> str:
    """What a cell is once there is a past."""
    return role(item, is_prefilled=item.is_system_owned or item.entry in OPEN)


def _issued(registry: Connection, catalogue: Catalogue, period: Period) -> Iterator[Burden]:
    """What was issued last to each unit, form by form."""
    units = directory(registry)
    rows = registry.execute(
        select(issued).where(issued.c.period == str(period)).order_by(issued.c.issued_at)
    )
    for row in {row.unit_code: row for row in rows}.values():
        unit = units.version(row.unit_code, period)
        if unit is None:
            continue
        prefill = decode(row.prefill, catalogue)
        lengths = {alias: len(some) for alias, some in prefill.rows.items()}
        layout = plan(catalogue, unit.unit_kind, period.quarter, lengths)
        yield from _of_issue(layout, str(period), prefill)


def _of_issue(layout: Layout, period: str, prefill: Sheetful) -> Iterator[Burden]:
    for form, items in layout.forms:
        lines = range(1, layout.rows[form.alias] + 1) if form.alias else (None,)
        roles = [
            (item, role(item, is_prefilled=prefill.value(item.qualified, line) is not None))
            for line in lines
            for item in items
            if not form.alias or _is_begun(prefill, items, line)
        ]
        rows = layout.rows[form.alias] if form.alias else 0
        yield _counted(layout.kind, period, form.id, "issued", roles, rows)


def _is_begun(prefill: Sheetful, items: Sequence[Field], line: int | None) -> bool:
    """Whether a row goes on from before; spare rows burden nobody until they are used."""
    open_ = (item for item in items if item.formula is None and not item.is_system_owned)
    return any(prefill.value(item.qualified, line) is not None for item in open_)


def _counted(
    kind: str,
    quarter: str,
    form: str,
    source: str,
    roles: Sequence[tuple[Field, str]],
    rows: int,
) -> Burden:
    count = {name: sum(1 for _, each in roles if each == name) for name in ("typed", "prefilled")}
    required = sum(1 for item, each in roles if each == "typed" and item.required == "yes")
    locked = len(roles) - sum(count.values())
    return Burden(
        kind, quarter, form, source, 0, **count, locked=locked, required=required, rows=rows
    )
