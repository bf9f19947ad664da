"""A synthetic published snapshot: 9 counties, 250 units or more, five quarters; names say 样例."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import numpy as np
import polars as pl

from models.catalogue_model import Catalogue
from models.period import Period
from models.spec.indicator import Indicator
from pipelines.build.compiled import is_computed
from pipelines.build.run import build_model, models_in_order
from pipelines.load.catalogue_tables import catalogue_tables
from pipelines.load.definitions import definition_table
from tests.fixtures_marts import add_marts
from tests.fixtures_people import people_of, posts_of
from tests.fixtures_returns import add_returns
from tests.fixtures_structure import add_changes, add_structures

PERIODS = ("2025Q3", "2025Q4", "2026Q1", "2026Q2", "2026Q3")
LATE_UNITS = 6
ORGANS, TOWNSHIPS, CITY_ORGANS = 12, 8, 60
NUMERALS = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥"
FIELDS = {
    "feedback_open": 9, "feedback_new": 4, "feedback_fixed": 5,
    "joint_discipline": 1, "joint_organization": 2, "joint_publicity": 2, "joint_union": 2,
    "joint_youth": 1, "joint_women": 1, "joint_business": 3,
    "fund_budget_year": 12, "fund_received_ytd": 8, "fund_spent_ytd": 6,
    "train_slots_offered": 5, "train_slots_used": 3,
}  # fmt: skip
SCHEMA = """
create schema core; create schema marts;
create table core.period (period varchar, kind varchar, period_start date, period_end date,
    closes_at timestamp);
create table core.snapshot (snapshot_id varchar, kind varchar, made_at timestamp,
    catalogue_hash varchar, is_sample boolean);
create table core.duty (period varchar, unit_code varchar, unit_name varchar, level varchar,
    unit_kind varchar, county_code varchar, coord_parent_code varchar, leading_system varchar,
    due_at timestamp, owes boolean, submission_id varchar, status varchar, verdict varchar,
    is_used boolean, is_on_time boolean);
"""
INDICES = {"marts.indicator_score", "marts.dimension_value", "marts.composite_index",
           "marts.composite_interval", "marts.composite_value"}  # fmt: skip
INDICATOR_VALUE = """
with summed as (
    select value.period, scope.view, null::varchar as compare_to, scope.scope_code,
        scope.scope_level, value.indicator, any_value(value.scale) as scale,
        bool_or(scope.is_estimated) as is_estimated,
        sum(value.numerator * coalesce(share_to - share_from, 1)) as numerator,
        sum(value.denominator * coalesce(share_to - share_from, 1)) as denominator,
        sum(scope.units)::integer as units_expected,
        coalesce(sum(scope.units) filter (value.numerator is not null), 0)::integer as units_used
    from unit_value as value
    join core.view_scope as scope
        on value.period = scope.period and value.unit_code = scope.unit_code
    where scope.scope_code is not null
    group by all
),
told as (
    select summed.*, scope_level <> 'unit' or not is_estimated as is_told from summed
)
select period, view, compare_to, scope_code, scope_level, indicator,
    case when is_told then numerator end as numerator,
    case when is_told then denominator end as denominator,
    case when is_told then scale * numerator / nullif(denominator, 0) end as value,
    units_expected, case when is_told then units_used else 0 end as units_used, is_estimated
from told"""
FIELD_TOTAL = """
select said.period, scope.view, scope.scope_code, scope.scope_level, said.field,
    sum(said.value * coalesce(share_to - share_from, 1)) filter (said.is_used) as total,
    sum(scope.units)::integer as units_expected,
    coalesce(sum(scope.units) filter (said.is_used), 0)::integer as units_used,
    coalesce(sum(scope.units) filter (said.is_used and said.value > 0), 0)::integer
        as units_positive,
    bool_or(scope.is_estimated) as is_estimated
from unit_field as said
join core.view_scope as scope on said.period = scope.period and said.unit_code = scope.unit_code
where scope.scope_code is not null and (scope.scope_level <> 'unit' or scope.view = 'today')
    and not (said.field = 'fund_received_ytd' and said.level = 'township')
group by all"""
CORE_VALUE = """create table core.value as
select period || '-' || unit_code as submission_id, unit_code, period, 'F4' as form, field,
    null::integer as line, value::decimal(18, 2) as number, null::varchar as text,
    null::date as date, 'typed' as how
from unit_field where is_used and not (field = 'fund_received_ytd' and level = 'township')"""
CODE_COUNT = """
select said.period, scope.view, scope.scope_code, scope.scope_level, said.field, said.code,
    coalesce(sum(scope.units) filter (said.is_used), 0)::integer as units,
    sum(scope.units)::integer as units_expected,
    coalesce(sum(scope.units) filter (said.is_used), 0)::integer as units_used,
    bool_or(scope.is_estimated) as is_estimated
from unit_code_value as said
join core.view_scope as scope on said.period = scope.period and said.unit_code = scope.unit_code
where scope.scope_code is not null and (scope.scope_level <> 'unit' or scope.view = 'today')
group by all"""


@dataclass(frozen=True)
class Unit:
    """A unit of the sample city."""

    code: str
    name: str
    level: str
    kind: str
    county: str


def sample_units(catalogue: Catalogue, times: int = 1) -> list[Unit]:
    """The units of the sample city, with `times` as many organs and townships."""
    units = [Unit("330700100010", "金华市直机关工委(样例)", "city", "city_wc", "330700")]
    units += [
        Unit(f"33070011{n:04}", f"市级单位{_mark(n)}(样例)", "city", "city_organ", "330700")
        for n in range(CITY_ORGANS * times)
    ]
    for code, name in catalogue.counties.items():
        units.append(
            Unit(f"{code}200016", f"{name}直属机关工委(样例)", "county", "county_wc", code)
        )
        units += [
            Unit(f"{code}21{n:04}", f"{name}单位{_mark(n)}(样例)", "county", "county_organ", code)
            for n in range(ORGANS * times)
        ]
        units += [
            Unit(f"{code}31{n:04}", f"{name}样例{_mark(n)}镇(样例)", "township", "township", code)
            for n in range(TOWNSHIPS * times)
        ]
    return units


def _mark(number: int) -> str:
    rounds, place = divmod(number, len(NUMERALS))
    return NUMERALS[place] + (str(rounds) if rounds else "")


def build_snapshot(
    folder: Path, catalogue: Catalogue, periods: Sequence[str] = PERIODS, times: int = 1
) -> Path:
    """Write `sample.duckdb` and point `current` at it."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "sample.duckdb"
    rng = np.random.default_rng(7)
    with duckdb.connect(str(path)) as con:
        con.execute(SCHEMA)
        _write_frame(con, periods, sample_units(catalogue, times))
        add_structures(con, catalogue, periods)
        _write_values(con, periods, catalogue, rng)
        _write_indices(con, periods, catalogue)
        _write_fields(con, rng)
        _write_matters(con, rng)
        add_returns(con)
        add_marts(con, catalogue)
    (folder / "current").write_text("sample.duckdb\n", encoding="utf-8")
    return path


def _write_frame(con: duckdb.DuckDBPyConnection, periods: Sequence[str], units: list[Unit]) -> None:
    for period in periods:
        start = date(int(period[:4]), int(period[-1]) * 3 - 2, 1)
        kind = "draft" if period == periods[-1] else "final"
        con.execute("insert into core.period values (?, ?, ?, ?, ?)",
                    [period, kind, start, start, datetime(2026, 10, 20, tzinfo=UTC)])  # fmt: skip
    con.execute("insert into core.snapshot values ('sample', 'draft', ?, 'h', true)",
                [datetime(2026, 10, 8, tzinfo=UTC)])  # fmt: skip
    late = {unit.code for unit in units[-LATE_UNITS * 4 :: 4]}
    duty = pl.DataFrame(
        [
            (period, u.code, u.name, u.level, u.kind, u.county, None, None, None, True,
             *_sent(period == periods[-1] and u.code in late, f"{period}-{u.code}"))
            for period in periods
            for u in units
        ],
        orient="row",
        schema_overrides={"column_6": pl.String, "column_7": pl.String, "column_8": pl.Datetime},
    )  # fmt: skip
    con.register("duty", duty)
    con.execute("insert into core.duty select * from duty")


def _sent(is_late: bool, submission: str) -> tuple[str | None, str, str | None, bool, bool]:  # noqa: FBT001
    if is_late:
        return (None, "", None, False, False)
    return (submission, "accepted", "accepted", True, True)


def _write_values(
    con: duckdb.DuckDBPyConnection,
    periods: Sequence[str],
    catalogue: Catalogue,
    rng: np.random.Generator,
) -> None:
    used = con.sql("select * from core.duty order by period, unit_code").pl()
    frames = [
        _values_of(entry, used, list(periods), rng)
        for entry in catalogue.indicators.values()
        if is_computed(entry)
    ]
    con.register("unit_value", pl.concat(frames))
    con.execute(f"create table marts.indicator_value as {INDICATOR_VALUE}")
    add_changes(con)


def _write_indices(
    con: duckdb.DuckDBPyConnection, periods: Sequence[str], catalogue: Catalogue
) -> None:
    """Scores and indices by the warehouse's own models, over what was made up so far."""
    for table, frame in catalogue_tables(catalogue).items():
        con.register("incoming", frame)
        con.sql("select * from incoming").create(table)
    con.register(
        "definition", pl.concat(definition_table(catalogue, Period.parse(p)) for p in periods)
    )
    con.execute("create table core.definition as select * from definition")
    con.execute("alter table core.period add column year integer")
    con.execute("alter table core.period add column quarter integer")
    con.execute("update core.period set year = period[:4]::integer, quarter = period[6:]::integer")
    con.execute(
        "create table marts.indicator_part as select period, unit_code, indicator, numerator,"
        " denominator from unit_value where numerator is not null"
    )
    for model in models_in_order(catalogue):
        if model.table in INDICES:
            build_model(con, model, catalogue, periods)


def _values_of(
    entry: Indicator, duty: pl.DataFrame, periods: list[str], rng: np.random.Generator
) -> pl.DataFrame:
    levels = [level.value for level in entry.levels]
    rows = duty.filter(
        pl.col("level").is_in(levels)
        & pl.col("period").str.slice(5).cast(pl.Int64).is_in(list(entry.quarters))
    )
    if entry.only:
        rows = rows.filter(pl.col("unit_kind").is_in(list(entry.only)))
    base = entry.target_band[0] * 1.3 if entry.target_band else entry.target or 50.0
    counties = rows["county_code"].cast(pl.Int64).to_numpy()
    drift = rows["period"].replace_strict({p: n for n, p in enumerate(periods)}).to_numpy()
    lift = 0.78 + 0.2 * np.sin(counties * 1.7 + len(entry.zh)) + 0.015 * drift
    share = np.clip(lift + rng.normal(0, 0.14, rows.height), 0, 1.0 if entry.uom == "%" else 3)
    wholes = rng.integers(4, 60, rows.height).astype(float)
    numerators = np.round(wholes * share * base / entry.scale)
    return rows.select("period", "unit_code", "level", "unit_kind", "county_code").with_columns(
        indicator=pl.lit(entry.id),
        scale=pl.lit(entry.scale),
        numerator=pl.when(rows["is_used"]).then(pl.Series(numerators)),
        denominator=pl.when(rows["is_used"]).then(pl.Series(wholes)),
    )


def _write_fields(con: duckdb.DuckDBPyConnection, rng: np.random.Generator) -> None:
    duty = con.sql("select * from core.duty order by period, unit_code").pl()
    keys = duty.select("period", "unit_code", "level", "unit_kind", "county_code", "is_used")
    counts = {name: rng.poisson(mean, duty.height).astype(float) for name, mean in FIELDS.items()}
    counts["feedback_close"] = counts["feedback_open"] + counts["feedback_new"]
    counts["feedback_fixed"] = np.minimum(counts["feedback_fixed"], counts["feedback_close"])
    counts["feedback_close"] -= counts["feedback_fixed"]
    wide = keys.with_columns([pl.Series(name, values) for name, values in counts.items()])
    index = ["period", "unit_code", "level", "unit_kind", "county_code", "is_used"]
    long = wide.unpivot(index=index, variable_name="field")
    con.register("unit_field", pl.concat([long, people_of(keys)]))
    lines = rng.choice([1, 2, 3, 0], duty.height, p=[0.55, 0.28, 0.12, 0.05])
    coded = keys.with_columns(field=pl.lit("fund_budget_line"), code=pl.Series(lines))
    con.register("unit_code_value", pl.concat([coded, posts_of(keys)]))
    con.execute(CORE_VALUE)
    con.execute(f"create table marts.field_total as {FIELD_TOTAL}")
    con.execute(f"create table marts.code_count as {CODE_COUNT}")


def _write_matters(con: duckdb.DuckDBPyConnection, rng: np.random.Generator) -> None:
    duty = con.sql("select * from core.duty where is_used order by period, unit_code").pl()
    pairs = [
        _matters_of(period, part, rng)
        for (period,), part in duty.group_by("period", maintain_order=True)
    ]
    con.register("matter", pl.concat(pairs))
    con.execute("create table marts.matter as select * from matter")


def _matters_of(period: str, units: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    count = units.height * 2
    start = units[rng.integers(0, units.height, count).tolist()]
    end = units[rng.integers(0, units.height, count).tolist()]
    status = rng.choice([1, 2, 3, 4, 5], count, p=[0.08, 0.17, 0.65, 0.06, 0.04])
    mirror = rng.choice([1, 0, 2, 9], count, p=[0.78, 0.15, 0.04, 0.03])
    return pl.DataFrame({
        "period": [period] * count,
        "matter_id": [f"{period}-{n:05}" for n in range(count)],
        "initiator_code": start["unit_code"], "counterpart_code": end["unit_code"],
        "initiator_level": start["level"], "counterpart_level": end["level"],
        "initiator_county": start["county_code"], "counterpart_county": end["county_code"],
        "matter_status": status, "mirror_confirmed": mirror,
        "submission_id": start["submission_id"], "line": range(1, count + 1),
        "answered_at": [None] * count, "answer_door": [None] * count,
    })  # fmt: skip
