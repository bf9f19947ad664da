"""Who approves or locks is told whose returns stay behind, and why."""

import json
from datetime import datetime

import pytest
from sqlalchemy import insert, update

from models.registry import finding, snapshot, submission
from pipelines.commands.status_telling import status_lines, tell_dropped, tell_left
from pipelines.corrections.correcting import reopen
from pipelines.quarter.decisions import (
    NotAllowedError,
    approve_city,
    approve_county,
    lock,
    must_be_at_work,
)
from pipelines.quarter.granting import waive
from pipelines.quarter.status import dropped, status, unit_statuses
from pipelines.quarter.unapproved import unapproved
from tests.unit.pipelines.small_registry import (
    CITY_ORGAN,
    CITY_WC,
    COUNTY_WC,
    OPENED,
    ORGAN,
    OTHER_TOWN,
    OTHER_WC,
    TOWN,
    P,
    sent,
    unit,
)

AT = datetime(2026, 10, 20, 10)


def names(*codes):
    return [unit(code).unit_name for code in codes]


def left(registry, catalogue, county=None):
    return unapproved(registry, P, unit_statuses(registry, catalogue, P), county)


def differs(registry, submission_id):
    registry.execute(
        insert(finding).values(
            submission_id=submission_id, rule="R412", part=1, severity="verify", message="样例",
            status="open", moment="quarter",
        )
    )  # fmt: skip


def test_each_unit_left_behind_is_told_with_what_is_in_its_way(registry, catalogue, capsys):
    differs(registry, sent(registry, TOWN))
    sent(registry, ORGAN, verdict="returned")
    sent(registry, OTHER_TOWN)
    sent(registry, CITY_ORGAN, verdict="explain")
    waive(registry, OTHER_WC, P, P, "甲", OPENED, "涉密单位")
    for county in ("330702", "330703"):
        approve_county(registry, P, county, "甲", AT, "看过")
    assert left(registry, catalogue, "330703") == {}
    own = left(registry, catalogue, "330702")
    assert own == {
        "missing": names(COUNTY_WC), "returned": names(ORGAN), "differs": names(TOWN),
    }  # fmt: skip
    approve_city(registry, P, "乙", AT, "看过")
    found = left(registry, catalogue)
    assert found == {**own, "missing": names(CITY_WC, COUNTY_WC), "explain": names(CITY_ORGAN)}
    tell_left(catalogue, P, found)
    said = capsys.readouterr().out.splitlines()
    assert said[0].startswith("未通过:未报2家:")
    assert "sanji differences 2026Q3" in said[-1]


def test_nobody_is_left_of_a_locked_quarter_whose_returns_were_approved(registry, catalogue):
    sent(registry, CITY_ORGAN)
    approve_city(registry, P, "乙", AT, "看过")
    for by in ("甲", "乙"):
        lock(registry, P, by, AT, "锁定")
    assert set(left(registry, catalogue)) == {"missing"}


def test_a_quarter_that_has_not_begun_is_neither_approved_nor_locked(registry):
    must_be_at_work(registry, P)
    with pytest.raises(NotAllowedError, match="not_open"):
        must_be_at_work(registry, P.shifted(1))


def test_a_published_return_that_was_reopened_and_not_approved_is_told_till_it_is(
    registry, catalogue, capsys
):
    def out():
        return [
            each.unit.unit_code
            for each in dropped(registry, P, unit_statuses(registry, catalogue, P))
        ]

    first = sent(registry, CITY_ORGAN)
    sent(registry, ORGAN, verdict="returned")
    approve_city(registry, P, "乙", AT, "看过")
    for by in ("甲", "乙"):
        lock(registry, P, by, AT, "锁定")
    published(registry)
    assert out() == []
    for by in ("甲", "乙"):
        reopen(registry, first, by, AT, "数字有误")
    assert out() == [CITY_ORGAN]
    registry.execute(update(submission).values(is_current=False).where(
        submission.c.submission_id == first))  # fmt: skip
    sent(registry, CITY_ORGAN, version=2, verdict="explain", at=AT)
    assert out() == [CITY_ORGAN] == status(registry, catalogue, P, AT)["dropped"]
    said = status_lines(catalogue, P, status(registry, catalogue, P, AT))
    assert any("原数也不再计入" in line and names(CITY_ORGAN)[0] in line for line in said)
    tell_dropped(catalogue, dropped(registry, P, unit_statuses(registry, catalogue, P)))
    assert names(CITY_ORGAN)[0] in capsys.readouterr().out
    registry.execute(update(submission).values(status="city_approved").where(
        submission.c.version == 2))  # fmt: skip
    assert out() == []


def published(registry):
    registry.execute(
        insert(snapshot).values(
            snapshot_id="final-1", kind="final", made_at=AT, catalogue_hash="h", sha256="s",
            periods=json.dumps({str(P): "final"}), sql_hash="q", catalogues="{}",
        )
    )  # fmt: skip
