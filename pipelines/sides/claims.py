"""Every two-sided row of a quarter (事项、关系), as a snapshot has it, with both units' names."""

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from pipelines.opened import opened

STATUSES = ("one_sided", "disputed", "unanswered", "confirmed")
"""Mirror status of a row, those first about which somebody has to do something."""

WITHDRAWN = 5


@dataclass(frozen=True)
class Claim:
    """A row in which a unit names another one, and what that one said of it."""

    form: str
    row_key: str
    claimed_by: str
    claimed_by_name: str
    claimed_by_county: str
    partner_code: str | None
    partner_name: str | None
    partner_county: str | None
    typed_code: str | None
    mirror_status: str
    partner_doubt: str | None
    is_listed_by_claimant: bool
    is_open: bool
    kind: int | None
    title: str | None
    begun: date | None
    due: date | None
    replied: date | None
    closed: date | None
    matter_status: int | None
    resource: int | None
    activities: int | None
    answered_at: datetime | None
    answer_door: str | None
    answer_note: str | None
    submission_id: str
    sheet: str | None
    cell: str | None


def claims(snapshot: Path, period: str) -> list[Claim]:
    """The claims of a quarter, in the order of form, unit and row."""
    with opened(snapshot) as con:
        rows = con.execute(f"{_MATTERS} UNION ALL {_TIES} ORDER BY 1, 3, 2", [period] * 2)
        return [Claim(*row) for row in rows.fetchall()]


def has_period(snapshot: Path, period: str) -> bool:
    """Whether the snapshot has the quarter."""
    with opened(snapshot) as con:
        return bool(con.execute("SELECT 1 FROM core.period WHERE period = ?", [period]).fetchall())


_MATTERS = f"""
SELECT
    'L3' AS form, m.matter_id, m.initiator_code, own.unit_name, own.county_code,
    m.counterpart_code, other.unit_name, other.county_code, m.typed_counterpart_code,
    m.mirror_status, m.partner_doubt, m.reported_by = m.initiator_code,
    m.matter_status <> {WITHDRAWN}, CAST(m.direction AS INTEGER), title.text, m.raised_date,
    m.due_on, m.replied_date, m.closed_date, CAST(m.matter_status AS INTEGER),
    CAST(m.shared_resource AS INTEGER), CAST(NULL AS INTEGER), m.answered_at, m.answer_door,
    m.answer_note, m.submission_id, code.sheet, code.cell
FROM marts.matter AS m
LEFT JOIN core.duty AS own ON own.period = m.period AND own.unit_code = m.initiator_code
LEFT JOIN core.duty AS other ON other.period = m.period AND other.unit_code = m.counterpart_code
LEFT JOIN core.value AS title
    ON title.submission_id = m.submission_id AND title.line = m.line
    AND title.field = 'l3.matter_title'
LEFT JOIN core.value AS code
    ON code.submission_id = m.submission_id AND code.line = m.line
    AND code.field = 'l3.counterpart_code'
WHERE m.period = ?
"""  # noqa: S608 a number of ours
_TIES = """
SELECT
    'L2' AS form, COALESCE(t.pair_id, concat(t.unit_code, '/', t.line)), t.unit_code,
    own.unit_name, own.county_code, t.partner_unit_code, COALESCE(other.unit_name, name.text),
    other.county_code, t.typed_partner_code, t.mirror_status, t.partner_doubt, TRUE, t.is_active,
    t.pair_type, name.text, t.start_date, t.end_date, NULL, NULL, NULL, t.main_resource,
    CAST(t.pair_activities AS INTEGER), t.answered_at, t.answer_door, t.answer_note,
    t.submission_id, code.sheet, code.cell
FROM marts.tie AS t
LEFT JOIN core.duty AS own ON own.period = t.period AND own.unit_code = t.unit_code
LEFT JOIN core.duty AS other ON other.period = t.period AND other.unit_code = t.partner_unit_code
LEFT JOIN core.value AS code
    ON code.submission_id = t.submission_id AND code.line = t.line
    AND code.field = 'l2.partner_unit_code'
LEFT JOIN core.value AS name
    ON name.submission_id = t.submission_id AND name.line = t.line
    AND name.field = 'l2.partner_name'
WHERE t.period = ? AND t.mirror_status IS NOT NULL
"""
