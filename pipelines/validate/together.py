"""The tables of a quarter whose files are together: below, register of matters, both sides, all."""

from dataclasses import dataclass

import polars as pl

from models.catalogue_model import Catalogue
from models.spec.form import Field
from pipelines.frames import REGISTER, Frames, build_frames
from pipelines.judging.batch import Batch, with_facts
from pipelines.validate.cells import FILLED_BY_UNIT
from pipelines.validate.plan import SUBMISSIONS

COVER = "F0"
CODES = ("_code", "_id", "_seq")
"""Endings of columns that say which unit or row it is, not what is reported of it."""


@dataclass(frozen=True)
class Together:
    """The files of one quarter with what only all of them know.

    `duties` has a row for every unit that owes a return (unit_code, unit_name, county_code, level,
    coord_parent_code, due_at), `received` one for every file (submission_id, version,
    received_at), `before` last quarter's typed values (unit_code, field, number), and `measures`
    what was worked out for it (unit_code, full_rate_count, rate_count, problem_sum).
    """

    batch: Batch
    duties: pl.DataFrame
    received: pl.DataFrame
    before: pl.DataFrame
    measures: pl.DataFrame


def tables_of(batch: Batch) -> Frames:
    """The tables of a batch, with the register of matters and the two sides of ties."""
    frames = build_frames(
        batch.catalogue, with_facts(batch), batch.values, batch.listed, batch.past
    )
    frames.con.register("matched", batch.matched)
    frames.con.register("on_sheets", batch.answers)
    frames.con.register("unchanged", batch.unchanged)
    for text in (_MATCHED_L2, _MATCHED_L3, _TIES, _ANSWERS, _MIRROR, _REGISTER, _CHILD):
        frames.con.execute(text)
    return frames


def add_submissions(frames: Frames, batch: Batch, received: pl.DataFrame) -> None:
    """Make the table `sub`: every file with the fingerprint of what its unit filled in."""
    con = frames.con
    con.register("content", batch.values)
    con.register("received", received)
    con.register("told", pl.DataFrame({"field": _content(batch.catalogue)}))
    con.execute(_SUBMISSIONS)


def _content(catalogue: Catalogue) -> list[str]:
    return [each.qualified for each in catalogue.fields.values() if _is_content(each)]


def _is_content(item: Field) -> bool:
    is_filled = item.entry in FILLED_BY_UNIT and item.form != COVER
    return is_filled and not item.name.endswith(CODES)


_MATCHED = """
CREATE OR REPLACE TABLE {alias} AS
SELECT {alias}.* REPLACE (COALESCE(matched.to_code, {alias}.{code}) AS {code})
FROM {alias}
JOIN s USING (submission_id)
LEFT JOIN matched
    ON matched.form = '{form}'
    AND matched.row_key = COALESCE({alias}.{key}, concat(s.dir__unit_code, '/', {alias}.line))
    AND matched.typed_code = {alias}.{code} AND matched.typed_name IS NOT DISTINCT FROM {name}
"""
_MATCHED_L2 = _MATCHED.format(
    alias="l2", form="L2", key="pair_id", code="partner_unit_code", name="l2.partner_name"
)
_MATCHED_L3 = _MATCHED.format(
    alias="l3", form="L3", key="matter_id", code="counterpart_code", name="NULL"
)

# The newest word counts, as in `core.answer`: that the partner lists the relation is a word too.
# A partner whose file is not there yet has said nothing: NULL, not 0.
_TIES = """
CREATE OR REPLACE TABLE l2 AS
WITH listed AS (
    SELECT
        s.dir__unit_code AS unit_code, l2.partner_unit_code, l2.pair_type,
        -- Of several rows the newest; `said_at` is NULL where it came with the version in force.
        first(COALESCE(l2.tie_answer, 1) ORDER BY unchanged.said_at DESC NULLS FIRST, l2.line)
            AS answer,
        first(unchanged.said_at ORDER BY unchanged.said_at DESC NULLS FIRST, l2.line) AS said_at
    FROM l2 JOIN s USING (submission_id)
    LEFT JOIN unchanged
        ON unchanged.submission_id = l2.submission_id AND unchanged.form = 'L2'
        AND unchanged.line = l2.line
    GROUP BY ALL
)
SELECT
    l2.*,
    CASE COALESCE(
        CASE
            WHEN told.answered_at >= COALESCE(listed.said_at, told.reported_at, told.answered_at)
            THEN told.answer
        END,
        listed.answer, told.answer
    )
        WHEN 1 THEN 1
        WHEN 2 THEN 0
        ELSE CASE WHEN partner.submission_id THEN 0 END
    END AS partner_lists_same
FROM l2
JOIN s USING (submission_id)
LEFT JOIN (SELECT DISTINCT dir__unit_code AS unit_code, TRUE AS submission_id FROM s) AS partner
    ON partner.unit_code = l2.partner_unit_code
LEFT JOIN listed
    ON listed.unit_code = l2.partner_unit_code AND listed.partner_unit_code = s.dir__unit_code
    AND listed.pair_type = l2.pair_type
LEFT JOIN on_sheets AS told
    ON told.form = 'L2' AND told.unit_code = l2.partner_unit_code
    AND told.claimed_by = s.dir__unit_code
    AND told.row_key = COALESCE(l2.pair_id, concat(s.dir__unit_code, '/', l2.line))
"""
_ANSWERS = """
CREATE TABLE answers AS
SELECT
    l3.matter_id,
    first(l3.partner_answer ORDER BY unchanged.said_at DESC NULLS FIRST, l3.line) AS partner_answer,
    first(unchanged.said_at ORDER BY unchanged.said_at DESC NULLS FIRST, l3.line) AS said_at
FROM l3 JOIN s USING (submission_id)
LEFT JOIN unchanged
    ON unchanged.submission_id = l3.submission_id AND unchanged.form = 'L3'
    AND unchanged.line = l3.line
WHERE s.dir__unit_code = l3.counterpart_code AND l3.partner_answer IS NOT NULL
GROUP BY l3.matter_id
"""
_MIRROR = """
CREATE OR REPLACE TABLE l3 AS
SELECT
    l3.* REPLACE (
        CAST(CASE
            WHEN directory.unit_code IS NULL AND l3.counterpart_code IS NOT NULL THEN 9
            ELSE COALESCE(
                CASE
                    WHEN told.answered_at
                        >= COALESCE(answers.said_at, told.reported_at, told.answered_at)
                    THEN told.answer
                END,
                answers.partner_answer, told.answer, l3.mirror_confirmed, 0
            )
        END AS DECIMAL(18, 4)) AS mirror_confirmed
    )
FROM l3
LEFT JOIN directory ON directory.unit_code = l3.counterpart_code
LEFT JOIN answers ON answers.matter_id = l3.matter_id
LEFT JOIN on_sheets AS told
    ON told.form = 'L3' AND told.row_key = l3.matter_id AND told.unit_code = l3.counterpart_code
"""
_REGISTER = f"""
CREATE TABLE {REGISTER} AS
WITH one AS (
    SELECT l3.*, s.dir__unit_code = l3.initiator_code AS is_own
    FROM l3 JOIN s USING (submission_id)
    QUALIFY ROW_NUMBER() OVER (
        PARTITION BY l3.matter_id ORDER BY is_own DESC, s.dir__unit_code, l3.line
    ) = 1
),
party AS (
    SELECT DISTINCT matter_id, submission_id FROM (
        SELECT one.matter_id, s.submission_id
        FROM one JOIN s ON s.dir__unit_code = one.initiator_code
        UNION ALL
        SELECT one.matter_id, s.submission_id
        FROM one JOIN s ON s.dir__unit_code = one.counterpart_code
        UNION ALL
        SELECT matter_id, submission_id FROM l3
    )
)
SELECT one.* EXCLUDE (submission_id, is_own), party.submission_id
FROM party JOIN one USING (matter_id)
"""  # noqa: S608 a table of ours
_CHILD = """
CREATE VIEW child AS
SELECT parent.submission_id, s.* EXCLUDE (submission_id)
FROM s JOIN s AS parent ON parent.dir__unit_code = s.dir__coord_parent_code
"""
_SUBMISSIONS = f"""
CREATE TABLE {SUBMISSIONS} AS
SELECT
    s.submission_id, s.dir__unit_code AS unit_code, s.sys__period_code AS period,
    CAST(received.version AS DECIMAL(18, 4)) AS version,
    CAST(1 AS DECIMAL(18, 4)) AS is_current, received.received_at, prints.content_hash
FROM s
JOIN received USING (submission_id)
LEFT JOIN (
    SELECT
        submission_id,
        md5(string_agg(
            concat(field, '=', COALESCE(CAST(number AS VARCHAR), text, CAST(date AS VARCHAR))),
            '|' ORDER BY field, number, text, date
        )) AS content_hash
    FROM content SEMI JOIN told USING (field)
    WHERE number IS NOT NULL OR text IS NOT NULL OR date IS NOT NULL
    GROUP BY submission_id
) AS prints USING (submission_id)
"""  # noqa: S608 a table of ours
