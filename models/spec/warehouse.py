"""数据字典: what the columns of the warehouse mean, where no SQL header and no field says it.

A table made by SQL says it in its header, the comment at its top:

    /*
    zh: 指标值
    grain: [period, scope_level, scope_code, indicator]
    columns:
      value: 指标值 = 系数 × 分子 ÷ 分母
    */

`columns` needs only the columns that are this table's own. What it leaves out is looked up by name:
among the fields of the forms, then under `shared` of `warehouse.yml`, which holds what many tables
have (period, unit_code). A table that ends in a step (`then`) names there every column beyond its
grain, since no SELECT shows them, and under `from` of which columns of its SELECT each is made.
Tables that load fills stand under `tables` of `warehouse.yml`.
"""

from pydantic import Field

from models.spec.base import Entry, Name, Zh


class LoadedTable(Entry):
    """A table that no SQL makes: which columns have their shared meaning, which their own."""

    zh: Zh | None = None
    grain: tuple[Name, ...] = ()
    shared: tuple[Name, ...] = ()
    own: dict[Name, Zh] = Field(default_factory=dict)


class Warehouse(Entry):
    """The meaning of columns: `shared` by many tables, and of each table in `tables`."""

    shared: dict[Name, Zh]
    tables: dict[str, LoadedTable]
