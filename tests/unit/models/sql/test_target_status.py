"""达标 in the warehouse is what the pages say of the same value."""

from decimal import Decimal

import polars as pl

from dashboards.judgement import gap, status_of_gap
from pipelines.build.run import SQL_DIR, build_model, read_model
from pipelines.warehouse import put
from tests.unit.models.sql.test_views import PART, PERIODS, Q2, made

UNITS = {Q2: {"R": (9, 10), "P": (8, 10), "M": (7, 10), "N": (6, 10)}}


def test_every_value_stands_to_its_target_as_the_pages_say(catalogue, tmp_path):
    con = made(catalogue, tmp_path, [], UNITS)
    rows = [
        (Q2, code, each.id, aim(each, far) / each.scale, Decimal(1))
        for each in catalogue.indicators.values()
        if each.rollup != "distinct_matters"
        for code, far in zip("RPMN", ("1.1", "1", "0.9", "0.4"), strict=True)
    ]
    put(con, "marts.indicator_part", pl.DataFrame(rows, PART, orient="row"), None)
    path = SQL_DIR / "marts" / "indicator_value.sql"
    model = read_model("marts.indicator_value", path.read_text(encoding="utf-8"))
    build_model(con, model, catalogue, PERIODS)
    found = con.execute(
        "SELECT indicator, scope_level, value, target_status FROM marts.indicator_value"
        " WHERE view = 'as_reported'"
    ).fetchall()
    wrong = [row for row in found if row[3] != judged(catalogue, *row[:3])]
    assert wrong == []
    assert {status for *_, status in found} == {"met", "near", "missed", None}


def aim(indicator, far):
    """The value that lies so far of the way from the score's zero to the target."""
    goal = indicator.target if indicator.target_band is None else indicator.target_band[1]
    zero = Decimal(str(indicator.score_zero_at))
    return zero + (Decimal(str(goal)) - zero) * Decimal(far)


def judged(catalogue, name, scope_level, value):
    if value is None:
        return None
    indicator = catalogue.indicators[name]
    distance = gap(indicator, float(value), scope_level)
    return status_of_gap(indicator, distance, catalogue.parameters["figures"]["near_part"])
