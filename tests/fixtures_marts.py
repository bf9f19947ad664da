"""Marts of few rows, for the pages that show them: every number in the tests is counted by hand."""

from collections.abc import Sequence
from datetime import date

import duckdb

from models.catalogue_model import Catalogue

CITY_ORGAN = "330700110000"
ORGAN, OTHER_ORGAN, TOWNSHIP = "330702210000", "330702210001", "330702310000"
FAR_TOWNSHIP = "330781310000"
NOW, BEFORE = "2026Q3", "2026Q2"
DUTY = """create table marts.duty_calendar (period varchar, unit_code varchar, duty varchar,
    position integer, zh varchar, cadence varchar, norm varchar, uom varchar,
    expected decimal(28, 6), done decimal(28, 6), state varchar, due_date date,
    taken_from varchar)"""
ELECTION = """create table marts.election_calendar (period varchar, scope_level varchar,
    scope_code varchar, falls_in varchar, organisations integer, units integer,
    units_expected integer, units_used integer)"""
PART = """create table core.matching_part (period varchar, unit_code varchar, resource varchar,
    spare decimal(28, 6), need decimal(28, 6), pooled decimal(28, 6))"""
PROPOSAL = """create table marts.sharing_proposal (period varchar, proposal_id varchar,
    resource varchar, giver_code varchar, taker_code varchar, spare decimal(28, 6),
    room integer, short decimal(28, 6), reach varchar, distance integer, status varchar,
    is_supported boolean)"""
RESOURCE = """create table marts.resource (period varchar, scope_level varchar,
    scope_code varchar, resource varchar, role varchar, amount decimal(28, 6),
    members decimal(28, 0), per_hundred decimal(28, 6), units_expected integer,
    units_used integer, units_positive integer)"""
FINDING = """create table marts.finding (period varchar, unit_code varchar, rule varchar,
    severity varchar, status varchar)"""
RECORD = """create table marts.rule_record (period varchar, rule varchar, evaluated bigint,
    failed bigint)"""
REASON = """create table marts.reason_use (period varchar, way varchar, scope_level varchar,
    scope_code varchar, reason_code integer, reason_text varchar, uses bigint, units bigint,
    of_all bigint, share double, is_overused boolean)"""
ESTIMATE = """create table marts.sampling_estimate (period varchar, scope_level varchar,
    scope_code varchar, subject_kind varchar, subject varchar, checked integer, wrong integer,
    error_rate double, low double, high double, relative_error double, relative_low double,
    relative_high double)"""
STANDINGS = (
    # quarter, unit, duty, expected, done, state
    (BEFORE, ORGAN, "branch_meeting", 4, 3, "overdue"),
    (NOW, ORGAN, "branch_meeting", 4, 2, "overdue"),
    (NOW, ORGAN, "study_plan", 1, 1, "done"),
    (NOW, OTHER_ORGAN, "branch_meeting", 3, 5, "done"),
    (NOW, TOWNSHIP, "branch_meeting", 2, 1, "overdue"),
    (NOW, TOWNSHIP, "study_plan", 1, 0, "overdue"),
    (NOW, CITY_ORGAN, "branch_meeting", 6, 6, "done"),
    (NOW, CITY_ORGAN, "election", 2, 1, "overdue"),
    (NOW, FAR_TOWNSHIP, "branch_meeting", None, None, "unreported"),
)
FALLS = (
    (CITY_ORGAN, "overdue", 1), (CITY_ORGAN, "2026Q4", 2), (ORGAN, "2027Q3", 1),
    (TOWNSHIP, "2027Q4", 3),
)  # fmt: skip
"""The last one is due after a year."""
PARTS = (
    (CITY_ORGAN, "venue", 2, 0), (ORGAN, "venue", 1, 1), (TOWNSHIP, "venue", 0, 1),
    (FAR_TOWNSHIP, "venue", 0, 1), (OTHER_ORGAN, "activity", 3, 0), (ORGAN, "training", 0.5, 0),
)  # fmt: skip
"""One has something to spare and is in need: it counts as in need only. Half a piece is none."""
PROPOSALS = (
    ("venue", CITY_ORGAN, ORGAN, 2, "city_to_county", 2, "accepted", True),
    ("venue", CITY_ORGAN, TOWNSHIP, 2, "city_to_county", 2, "proposed", True),
    ("venue", CITY_ORGAN, FAR_TOWNSHIP, 2, "city_to_county", 2, "refused", True),
)
VENUES = (
    # scope level, scope, held, shared, used, idle
    ("unit", CITY_ORGAN, 5, 2, 0, 2), ("unit", ORGAN, 1, 1, 3, 0), ("unit", TOWNSHIP, 1, 1, 0, 1),
    ("county_level", "330700/city", 5, 2, 0, 2), ("county", "330702", 2, 2, 3, 1),
)  # fmt: skip
FOUND = (
    (ORGAN, "R150", "verify", "open"), (ORGAN, "R150", "verify", "explained"),
    (TOWNSHIP, "R150", "verify", "corrected"), (CITY_ORGAN, "R002", "must", "corrected"),
    (CITY_ORGAN, "R601", "verify", "open"),
)  # fmt: skip
"""The last one is a sign of formality."""
REASONS = (
    ("text_units", "city", "330700", None, "正在筹备", 4, 3, 8, 0.5, True),
    ("unit_reason", "unit", FAR_TOWNSHIP, 3, None, 3, 1, 3, 1.0, True),
    ("unit_reason", "unit", ORGAN, 3, None, 1, 1, 1, 1.0, False),
)
ESTIMATES = (
    ("city", "330700", "all", "all", 40, 2, 0.05, 0.0061, 0.1692),
    ("city", "330700", "indicator", "COO03", 10, 1, 0.08, 0.002, 0.4),
    ("level", "township", "all", "all", 0, 0, None, None, None),
)


def add_marts(con: duckdb.DuckDBPyConnection, catalogue: Catalogue) -> None:
    """Add the marts of duties, sharing, findings and sampling."""
    known = {duty.id: (place, duty) for place, duty in enumerate(catalogue.duties.duties)}
    _add(con, DUTY, [_standing(*row, *known[row[2]]) for row in STANDINGS])
    _add(con, ELECTION, [(NOW, "unit", unit, at, n, 1, 1, 1) for unit, at, n in FALLS])
    _add(con, PART, [(NOW, *row, 0) for row in PARTS])
    _add(con, PROPOSAL, [
        (NOW, f"{NOW}-3-{giver}-{taker}", resource, giver, taker, spare, 4, 86.29, *rest)
        for resource, giver, taker, spare, *rest in PROPOSALS
    ])  # fmt: skip
    _add(con, RESOURCE, [
        (NOW, level, code, "venue", role, amount, 100, amount, 1, 1, int(amount > 0))
        for level, code, *amounts in VENUES
        for role, amount in zip(("held", "shared", "used", "idle"), amounts, strict=True)
    ])  # fmt: skip
    _add(con, FINDING, [(NOW, *row) for row in FOUND])
    _add(con, RECORD, [(NOW, "R150", 250, 3), (NOW, "R002", 9000, 1), (NOW, "R003", 80, 0)])
    _add(con, REASON, [(NOW, *row) for row in REASONS])
    _add(con, ESTIMATE, [(NOW, *row, None, None, None) for row in ESTIMATES])


def _standing(period: str, unit: str, duty: str, *rest: object) -> tuple[object, ...]:
    expected, done, state, place, entry = rest
    due = date(2026, 3, 31) if duty == "study_plan" else date(2026, 9, 30)
    told = (entry.zh, entry.cadence, entry.norm, entry.uom)  # type: ignore[attr-defined]
    return (period, unit, duty, place, *told, expected, done, state, due, period)


def _add(con: duckdb.DuckDBPyConnection, table: str, rows: Sequence[Sequence[object]]) -> None:
    con.execute(table)
    name = table.split("(", maxsplit=1)[0].removeprefix("create table ")
    marks = ", ".join("?" for _ in rows[0])
    con.executemany(f"insert into {name} values ({marks})", [list(row) for row in rows])  # noqa: S608
