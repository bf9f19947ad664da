"""The rows behind a number that a paper counts itself: returns, matters, elections, quarters.

They are the very rows that the paper counted (`counts`), each with the file and cell it is from.
"""

from typing import Any

import polars as pl

from dashboards.briefings.counts import amount, counted
from dashboards.briefings.facts import Facts
from dashboards.briefings.found import Absent
from dashboards.provenance.naming import known_names
from dashboards.provenance.wherever import place_name
from dashboards.scopes import Scope

RETURNS = "returns_"
COUNTED_RETURNS = frozenset({"returns_received", "returns_used", "returns_on_time"})
"""Of these, whoever owes a return and does not count is told too."""
BY_PART = frozenset({"own", "sampled"})
"""What follows the name is no field or indicator, but which part of it is counted."""
FILE = "s.submission_id, s.version, s.received_at, {file_name} as file_name, s.file_sha256"
SENT = """
select d.unit_code, {file}
from core.duty as d left join core.submission as s using (submission_id)
where d.period = ?
"""
MATTERS = """
select m.matter_id, m.initiator_code, m.counterpart_code, v.sheet, v.cell, {file}
from marts.matter as m
left join core.submission as s using (submission_id)
left join core.value as v on v.submission_id = m.submission_id and v.line = m.line
    and v.field = 'l3.matter_id'
where m.period = ?
"""
ELECTIONS = """
select v.unit_code, v.line, d.unit_name, v.sheet, v.cell, {file}
from core.value as v
join core.duty as d on d.submission_id = v.submission_id and d.period = v.period
join core.submission as s on s.submission_id = v.submission_id
where d.period = ? and d.is_used and v.field = 'l1.due_date'
"""
PARTIES = ["matter_id", "initiator_code", "counterpart_code"]


def explain_count(
    facts: Facts, name: str, level: str, code: str, limit: int | None = None
) -> dict[str, Any]:
    """What a paper counted: its name, how it is counted, the rows, and who does not count."""
    kind, _, about = name.partition(":")
    catalogue = facts.catalogue
    key = f"{kind}_{about}" if kind in BY_PART else kind
    con = facts.snapshot.connection
    scope = Scope(level, code, place_name(con, catalogue, level, code), code.partition("/")[0])
    found = counted(facts, name, scope, facts.period)
    value = amount(found)
    rows = _told(facts, kind, found) if isinstance(found, pl.DataFrame) else pl.DataFrame()
    return {
        "count": name,
        "zh": catalogue.say(f"explain.count_{key}", zh=_about(facts, about)),
        "how": catalogue.say(f"explain.how_{key}"),
        "about": about or None,
        "scope": code,
        "scope_level": level,
        "scope_name": scope.name,
        "period": facts.period,
        "value": None if isinstance(value, Absent) else value,
        "rows": [_plain(row) for row in rows.head(limit or rows.height).iter_rows(named=True)],
        "rows_total": rows.height,
        "left_out": _left_out(facts, kind, scope, rows),
    }


def _about(facts: Facts, about: str) -> str:
    return known_names(facts.catalogue).get(about, about)


def _told(facts: Facts, kind: str, rows: pl.DataFrame) -> pl.DataFrame:
    """The rows with where they are from, in the order of their codes."""
    if kind.startswith(RETURNS):
        units = rows.select("unit_code", "unit_name")
        return units.join(_asked(facts, SENT), on="unit_code", how="left").sort("unit_code")
    if kind.startswith("matters"):
        cells = _asked(facts, MATTERS).unique(PARTIES, keep="first", maintain_order=True)
        parties = rows.select(PARTIES).sort(PARTIES)
        # A party outside the directory may have no code.
        return parties.join(cells, on=PARTIES, how="left", nulls_equal=True, maintain_order="left")
    if kind == "elections_due_next":
        keys = ["unit_code", "line"]
        return rows.join(_asked(facts, ELECTIONS), on=keys, how="left").sort("due", *keys)
    if kind == "units_below":
        known = facts.duty(facts.city).select("unit_code", "unit_name")
        short = rows.select(pl.col("scope").alias("unit_code"), "value")
        return short.join(known, on="unit_code", how="left").sort("value", "unit_code")
    if kind == "own":
        called = known_names(facts.catalogue)
        return rows.with_columns(zh=pl.col("indicator").replace_strict(called, default=None))
    return rows.sort("period")


def _asked(facts: Facts, sql: str) -> pl.DataFrame:
    has_names = facts.snapshot.holds("core.submission", "file_name")
    file = FILE.format(file_name="s.file_name" if has_names else "null")
    return facts.snapshot.ask(sql.format(file=file), facts.period)


def _left_out(facts: Facts, kind: str, scope: Scope, rows: pl.DataFrame) -> list[dict[str, Any]]:
    if kind not in COUNTED_RETURNS:
        return []
    owing = facts.duty(scope).select("unit_code", "unit_name").sort("unit_code")
    if rows.is_empty():
        return owing.to_dicts()
    return owing.join(rows, on="unit_code", how="anti").to_dicts()


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    """Dates and times as JSON has them."""
    return {
        key: value.isoformat() if hasattr(value, "isoformat") else value
        for key, value in row.items()
    }
