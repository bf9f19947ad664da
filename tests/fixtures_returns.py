"""Returns and findings for the synthetic snapshot: one version a unit, a finding here and there."""

import duckdb

RETURNS = """
create or replace table core.submission as
select submission_id, unit_code, period, 1 as version,
    timestamp '2026-10-08 09:00:00' as received_at, repeat('a', 64) as file_sha256,
    'received' as status, verdict, true as is_current, is_used
from core.duty where submission_id is not null
"""
FINDINGS = """
create or replace table core.finding as
select submission_id, unit_code, period, 'R006' as rule, 'verify' as severity, 'F4' as form,
    'venue_area' as field, 'F4 阵地·经费·教育·活动' as sheet, 'C5' as cell, null::integer as line,
    '3478.9' as value, null::varchar as expected, '阵地面积超出同类单位通常范围' as message,
    'open' as status, 'receipt' as moment
from core.duty where submission_id is not null and unit_code[-1:] = '3'
"""


def add_returns(con: duckdb.DuckDBPyConnection) -> None:
    """Add what 监测与填报质量 counts."""
    con.execute(RETURNS)
    con.execute(FINDINGS)
