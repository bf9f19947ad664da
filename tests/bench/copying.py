"""A home of thousands of units: a home that was read and judged, copied under other unit codes.

Every copy is a city of its own of units, matters and ties between them, in the same counties.
What a quarter lacks is taken from the same quarter a year later.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import duckdb
import polars as pl
from sqlalchemy import Connection, Row, Table, insert, select

from models.period import Period
from models.registry import METADATA
from models.units import UnitVersion
from pipelines.extract.store import READER
from pipelines.records.units import directory, replace_directory
from pipelines.registry import reading, writing
from pipelines.settings import Home

OF_COPY = {"city_wc": "city_organ", "county_wc": "county_organ"}
"""Of these a county has one; the copies of it are plain units."""
CODE = re.compile(r"\b(\d{7})00(\d{3})(?!\d{9})")
"""A unit code, alone or at the head of a longer id; digits 8 and 9 of the sample's are nought."""
DATED = re.compile(r"\b(20\d\d)(?=Q[1-4]|-\d\d-\d\d\b)|(?<=\b\d{12})(20\d\d)(?=\d{4}\b)")
"""The year of a quarter, of a date, in the id of a matter."""
LEAP = re.compile(r"-02-29\b")
STRIDE = 1_000_000
"""More than any table of the source has rows."""
WHOLE = ("period", "decision", "checkpoint")
"""Tables of the quarter as such, which every copy of units shares."""
OF_UNITS = (
    *("issued", "receipt", "submission", "finding", "reporting_duty", "evaluated"),
    *("move", "settlement"),
)
OF_DECISION = ("decision_id", "settled_by", "checkpoint_id")
OWN_NUMBERS = ("receipt_id", "parent_receipt_id", "finding_id", "move_id", "settlement_id")

CELLS = """
    WITH files AS (SELECT unnest($old) AS file_sha256, unnest($new) AS sha_of_copy),
    moved AS (
        SELECT t.*, sha_of_copy,
            CASE WHEN field IN ('unit_name', 'l2.partner_name') THEN typed || $suffix
                ELSE regexp_replace(typed,
                    '^(3307[0-9]{3})00([0-9]{3}(L[0-9]{3,4}|[0-9]{3}|[0-9]{8})?)$',
                    '\\1' || $serial || '\\2') END AS renamed
        FROM t JOIN files USING (file_sha256)
    )
    SELECT * EXCLUDE (renamed, sha_of_copy) REPLACE (sha_of_copy AS file_sha256,
        CASE WHEN $years = 0 THEN renamed
            WHEN kind = 'date'
                THEN CAST(CAST(TRY_CAST(renamed AS DATE) - to_years($years) AS DATE) AS VARCHAR)
            WHEN field = 'report_period'
                THEN (TRY_CAST(renamed[:4] AS INT) - $years) || renamed[5:]
            WHEN field = 'l3.matter_id' AND length(renamed) = 20
                THEN renamed[:12] || (TRY_CAST(renamed[13:16] AS INT) - $years) || renamed[17:]
            ELSE renamed END AS typed)
    FROM moved
"""


AS_READ = """
    SELECT t.* REPLACE (sha AS file_sha256) FROM t
    JOIN (SELECT unnest($old) AS file_sha256, unnest($new) AS sha) USING (file_sha256)
"""


@dataclass(frozen=True)
class Copy:
    """One copy of the units of some quarters, moved so many years back."""

    number: int
    years: int
    periods: tuple[str, ...]

    def text(self, told: str) -> str:
        """A text with the codes and the years of the copy."""
        renamed = CODE.sub(rf"\g<1>{self.number:02d}\g<2>", told) if self.number else told
        if not self.years:
            return renamed
        return LEAP.sub("-02-28", DATED.sub(lambda m: str(int(m[0]) - self.years), renamed))

    def sha(self, sha256: str) -> str:
        """The hash under which the copy of a file is known."""
        same = not self.number and not self.years
        told = f"{sha256} {self.number} {self.years}"
        return sha256 if same else hashlib.sha256(told.encode()).hexdigest()

    def value(self, column: str, value: Any) -> Any:
        """A value of the registry."""
        if column == "file_sha256":
            return self.sha(value)
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, date):
            day = min(value.day, 28) if self.years else value.day
            return value.replace(year=value.year - self.years, day=day)
        added = self._added_to(column)
        return value + added if added and value is not None else value

    def _added_to(self, column: str) -> int:
        """Rows that belong to the quarter as such have one number in all copies."""
        if column in OF_DECISION:
            return STRIDE * 100 * self.years
        return STRIDE * (self.number + 100 * self.years) if column in OWN_NUMBERS else 0


def copy_home(source: Home, home: Home, copies: int, quarters: Sequence[Period]) -> int:
    """Fill `home` with these quarters, every unit of `source` so many times; return the units."""
    with reading(source) as old, writing(home) as new:
        units = [each for number in range(copies) for each in _units(old, number)]
        replace_directory(new, units)
        wanted = list(_copies(old, copies, quarters))
        for table in METADATA.sorted_tables:
            if table.name in (*WHOLE, *OF_UNITS):
                _copy_table(old, new, table, wanted)
        hashes = {copy: _hashes(old, copy) for copy in wanted}
    _copy_cells(source, home, hashes)
    return len({unit.unit_code for unit in units})


def _units(old: Connection, number: int) -> Iterator[UnitVersion]:
    copy = Copy(number, 0, ())
    for unit in directory(old).versions:
        changed = {name: copy.value(name, value) for name, value in vars(unit).items()}
        changed["unit_name"] = f"{unit.unit_name}{number or ''}"
        if number:
            changed["unit_kind"] = OF_COPY.get(unit.unit_kind, unit.unit_kind)
        yield replace(unit, **changed)


def _copies(old: Connection, copies: int, quarters: Sequence[Period]) -> Iterator[Copy]:
    held = set(old.execute(select(METADATA.tables["submission"].c.period).distinct()).scalars())
    taken: dict[int, list[str]] = {}
    for quarter in quarters:
        years = next(years for years in range(10) if str(quarter.shifted(4 * years)) in held)
        taken.setdefault(years, []).append(str(quarter.shifted(4 * years)))
    for years, periods in taken.items():
        yield from (Copy(number, years, tuple(periods)) for number in range(copies))


def _copy_table(old: Connection, new: Connection, table: Table, wanted: Sequence[Copy]) -> None:
    for periods in {copy.periods for copy in wanted}:
        rows = list(_rows(old, table, periods))
        for copy in wanted:
            if copy.periods != periods or (copy.number and table.name in WHOLE):
                continue
            data = [_copied(copy, row) for row in rows]
            if data:
                new.execute(insert(table), data)


def _rows(old: Connection, table: Table, periods: Sequence[str]) -> Iterator[Row[Any]]:
    """The rows of some quarters, through their submission or its file where they have no period."""
    sent = METADATA.tables["submission"]
    if "period" in table.c:
        where = table.c.period.in_(periods)
    else:
        key = "file_sha256" if table.name == "receipt" else "submission_id"
        where = table.c[key].in_(select(sent.c[key]).where(sent.c.period.in_(periods)))
    yield from old.execute(select(table).where(where))


def _copied(copy: Copy, row: Row[Any]) -> Mapping[str, Any]:
    return {name: copy.value(name, value) for name, value in row._mapping.items()}


def _hashes(old: Connection, copy: Copy) -> list[str]:
    sent = METADATA.tables["submission"]
    wanted = select(sent.c.file_sha256).where(sent.c.period.in_(copy.periods))
    return list(old.execute(wanted).scalars())


def _copy_cells(source: Home, home: Home, hashes: Mapping[Copy, Sequence[str]]) -> None:
    """The tables of the reader for every copy, in as small files as the reader leaves them."""
    out = home.cells / f"reader-{READER}"
    out.mkdir(parents=True)
    with duckdb.connect() as con:
        for held in sorted((source.cells / f"reader-{READER}").glob("*.parquet")):
            con.execute(f"CREATE OR REPLACE TEMP TABLE t AS FROM read_parquet('{held}')")
            for copy, old in hashes.items():
                found = _cells(con, held.name, copy, old)
                if found.height:
                    name = f"{held.stem}{copy.number:02d}{copy.years:02d}.parquet"
                    found.write_parquet(out / name)


def _cells(
    con: duckdb.DuckDBPyConnection, name: str, copy: Copy, old: Sequence[str]
) -> pl.DataFrame:
    asked: dict[str, Any] = {"old": list(old), "new": [copy.sha(each) for each in old]}
    if not name.startswith("cell-"):
        return con.sql(AS_READ, params=asked).pl()
    asked |= {"serial": f"{copy.number:02d}", "suffix": str(copy.number or "")}
    return con.sql(CELLS, params={**asked, "years": copy.years}).pl()
