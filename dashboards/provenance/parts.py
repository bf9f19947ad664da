"""The cells behind a number: as sent, in which version of which file, what was said of them.

Cells of matters (联动事项) are those of the register: a matter counts once for a group, through the
row of its initiator, wherever that is, and the answer of its partner. A relation (联建结对) that
counts when it is listed back comes with the row that does so.
"""

from collections.abc import Iterable
from typing import Any

import polars as pl

from dashboards.privacy import is_guarded_field
from dashboards.provenance.asked import Asked
from dashboards.provenance.placed import SEEN, scope_units
from dashboards.signs import unnamed, untold_rules

MATTERS = "l3."
RESOLVED, LISTED_BACK = "l3.mirror_confirmed", "l2.partner_lists_same"
"""What the system says of a row of one party, from what the other has."""
EVERYTHING = 2**40
KEYS = (
    *("unit_code", "unit_name", "field", "line", "value", "submission_id", "version"),
    *("received_at", "file_name", "file_sha256", "sheet", "cell", "how", "period", "matter_id"),
    *("normalised_from", "findings"),
)

UNITS = """
    units AS (
        SELECT * FROM ({scope_units}) AS scoped
        WHERE scoped.is_used AND list_contains($kinds, scoped.unit_kind)
    )
"""
OWN = """
    SELECT v.*, NULL AS matter_id FROM core.value AS v SEMI JOIN units USING (unit_code)
    WHERE list_contains($plain, v.field) AND v.period BETWEEN $since AND $period
        AND ($chosen IS NULL OR v.number = $chosen)
"""
REGISTER = """
    matters AS (
        SELECT submission_id, line, matter_id, counterpart_code, answered_at, answer_door
        FROM marts.matter
        WHERE period = $period AND (initiator_code IN (SELECT unit_code FROM units)
            OR counterpart_code IN (SELECT unit_code FROM units))
    ),
    answered AS (
        SELECT used.submission_id, used.period, m.matter_id
        FROM matters AS m
        JOIN used ON used.unit_code = m.counterpart_code AND used.received_at = m.answered_at
        WHERE $answered AND m.answer_door = 'workbook' AND used.period <= $period
    ),
"""
OF_MATTERS = """
    SELECT v.*, m.matter_id FROM core.value AS v JOIN matters AS m USING (submission_id, line)
    WHERE v.period = $period AND list_contains($listed, v.field)
    UNION ALL BY NAME
    SELECT v.*, a.matter_id
    FROM core.value AS v
    JOIN core.value AS said USING (submission_id, line)
    JOIN answered AS a ON a.submission_id = said.submission_id AND a.matter_id = said.text
    WHERE v.field = 'l3.partner_answer' AND said.field = 'l3.matter_id'
    QUALIFY row_number() OVER (PARTITION BY a.matter_id ORDER BY a.period DESC, v.line) = 1
"""
OF_TIES = """
    SELECT DISTINCT v.*, NULL AS matter_id
    FROM marts.tie AS mine SEMI JOIN units USING (unit_code)
    JOIN marts.tie AS back
        ON back.period = mine.period AND back.unit_code = mine.partner_unit_code
        AND back.partner_unit_code = mine.unit_code AND back.pair_type = mine.pair_type
    JOIN core.value AS v
        ON v.period = back.period AND v.unit_code = back.unit_code AND v.line = back.line
    SEMI JOIN used ON used.submission_id = v.submission_id
    WHERE mine.period = $period AND list_contains($back, v.field)
        AND NOT (list_contains($plain, v.field) AND v.unit_code IN (SELECT unit_code FROM units))
"""
BACK = ("l2.partner_unit_code", "l2.pair_type", "l2.tie_answer")
"""The cells by which the other party lists a relation back, or objects to it."""
TOLD = """
    WITH {units},
    used AS (SELECT * FROM core.submission WHERE is_used),
    {register}
    cells AS ({cells}),
    seen AS (
        SELECT cells.*, duty.unit_name, used.version, used.received_at, used.file_sha256,
            {file_name} AS file_name
        FROM cells JOIN used USING (submission_id)
        JOIN core.duty AS duty ON duty.unit_code = cells.unit_code AND duty.period = cells.period
        WHERE {may_see}
    ),
    told AS (SELECT * FROM seen ORDER BY unit_code, period, field, line LIMIT $limit),
    said AS (
        SELECT submission_id, field, line, list(
            {{'rule': rule, 'severity': severity, 'message': message, 'status': status}}
            ORDER BY rule, message) AS findings
        FROM core.finding SEMI JOIN told USING (submission_id)
        WHERE NOT list_contains($untold, rule)
        GROUP BY ALL
    )
    SELECT told.unit_code, told.unit_name, told.field, told.line,
        COALESCE(CAST(CAST(told.number AS DOUBLE) AS VARCHAR), told.text,
            CAST(told.date AS VARCHAR)),
        told.submission_id, told.version, strftime(told.received_at, '%Y-%m-%dT%H:%M:%S'),
        told.file_name, told.file_sha256, told.sheet, told.cell, told.how, told.period,
        told.matter_id, {typed}, said.findings,
        (SELECT count(*) FROM cells), (SELECT count(*) FROM seen)
    FROM told LEFT JOIN said ON said.submission_id = told.submission_id
        AND said.field = told.field AND said.line IS NOT DISTINCT FROM told.line
    ORDER BY told.unit_code, told.period, told.field, told.line
"""


def cells_read(
    asked: Asked, fields: Iterable[str], kinds: list[str], since: str, chosen: int | None = None
) -> tuple[list[dict[str, Any]], int, int]:
    """The cells of these fields behind a number: as told, how many there are, how many hidden.

    Of the units of the scope that are in the number, from the quarter `since` on; with `chosen`
    only those that say this code.
    """
    names = sorted(fields)
    listed = [name for name in names if name.startswith(MATTERS)]
    sources = [OWN, *([OF_MATTERS] * bool(listed)), *([OF_TIES] * (LISTED_BACK in names))]
    sql = TOLD.format(
        units=UNITS.format(scope_units=scope_units(asked)),
        register=REGISTER if listed else "",
        cells=" UNION ALL BY NAME ".join(f"({each})" for each in sources),
        file_name=asked.column("core.submission", "file_name"),
        typed=asked.column("core.value", "typed"),
        may_see=SEEN,
    )
    rows = asked.rows(
        sql,
        kinds=kinds,
        since=since,
        chosen=chosen,
        plain=[name for name in names if not name.startswith(MATTERS)],
        listed=listed,
        back=BACK,
        answered=RESOLVED in listed,
        limit=asked.limit or EVERYTHING,
        untold=untold_rules(asked.reader, asked.catalogue),
    )
    parts = _unnamed(asked, [_part(asked, row) for row in rows])
    every, seen = rows[0][-2:] if rows else (0, 0)
    return parts, every, every - seen


def _part(asked: Asked, row: tuple[Any, ...]) -> dict[str, Any]:
    """One cell as it is told: blank where the reader must not see what a few persons are."""
    part = dict(zip(KEYS, row[: len(KEYS)], strict=True))
    if part["value"] is not None:
        part["value"] = part["value"].removesuffix(".0")
    typed, why = part.pop("normalised_from"), part["how"]
    part["normalised"] = {"from": typed, "to": part["value"], "why": why} if why else None
    part["findings"] = part["findings"] or []
    part["is_hidden"] = hides_cell(asked, part["unit_code"], part["field"])
    if part["is_hidden"]:
        part |= {"value": None, "normalised": None, "findings": _without_values(part["findings"])}
    return part


def _unnamed(asked: Asked, parts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Findings may name others: their names are taken out for whoever must not be told of them."""
    if not asked.reader.has_limits:
        return parts
    hidden = asked.rows("SELECT duty.unit_name, duty.unit_code FROM core.duty AS duty"  # noqa: S608
                        f" WHERE period = $period AND NOT {SEEN}")  # fmt: skip
    others = [name for row in hidden for name in row]
    for part in parts:
        said = pl.Series([each["message"] for each in part["findings"]], dtype=pl.String)
        told = unnamed(said, others, asked.catalogue)
        part["findings"] = [
            each | {"message": message}
            for each, message in zip(part["findings"], told, strict=True)
        ]
    return parts


def hides_cell(asked: Asked, unit: str, field: str) -> bool:
    """Whether what one unit said in a field that may describe a few persons is not for them."""
    reader = asked.reader
    if reader.sees_small_groups or unit in (reader.units or ()):
        return False
    return is_guarded_field(asked.catalogue.fields[field])


def _without_values(findings: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rule and severity only: messages quote what was typed."""
    return [each | {"message": None} for each in findings]
