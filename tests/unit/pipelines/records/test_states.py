"""Where a quarter stands: from its locks, publications, corrections and archive packages."""

import json
from datetime import datetime, timedelta

import pytest
from sqlalchemy import create_engine, insert

from models.registry import METADATA, snapshot
from pipelines.commands.status_telling import status_lines
from pipelines.corrections.correcting import reopen
from pipelines.quarter.decisions import lock
from pipelines.quarter.status import status
from pipelines.quarter.undoing import undo
from pipelines.records.packages import Package, add_package, packages
from pipelines.records.quarters import decide
from pipelines.records.states import publication, quarter_state
from tests.unit.pipelines.small_registry import TOWN, P, city, sent

LOCKED = datetime(2026, 10, 26, 16)
NEXT = P.shifted(1)


@pytest.fixture
def registry(catalogue):
    with create_engine("sqlite://").connect() as connection:
        METADATA.create_all(connection)
        city(connection, campaign=catalogue.campaign)
        yield connection


def locked(registry, at=LOCKED):
    for person in "乙丙":
        lock(registry, P, person, at, "样例")


def published(registry, number, hours, *, under="a", periods=(P,)):
    registry.execute(insert(snapshot).values(
        snapshot_id=f"final-{number}", kind="final", made_at=LOCKED + timedelta(hours=hours),
        catalogue_hash=under, sha256="0", catalogues=None,
        periods=json.dumps({str(each): "final" for each in periods}),
    ))  # fmt: skip


def archived(registry, at):
    own = publication(registry, str(P))
    number = decide(registry, str(P), "archive", "张三", at, "办结", scope="归档")
    made = Package(number, own.snapshot_id, "/x/归档", "0", 1, 1, "张三", at, "办结")
    add_package(registry, str(P), made)
    return number


def state(registry):
    return quarter_state(registry, str(P)).state


def test_a_quarter_that_was_never_opened_has_not_begun(registry):
    assert quarter_state(registry, str(NEXT)).state == "not_begun"
    assert state(registry) == "open"


@pytest.mark.parametrize(
    ("at", "todo"),
    [
        (datetime(2026, 11, 1), "不用办理;2026-12-21起下发"),
        (datetime(2026, 12, 22), "运行 sanji issue 2026Q4"),
    ],
)
def test_its_status_says_when_it_begins_and_what_to_do_and_calls_nobody_late(
    registry, catalogue, at, todo
):
    text = "\n".join(status_lines(catalogue, NEXT, status(registry, catalogue, NEXT, at)))
    assert "尚未开始" in text
    assert "应报7家" in text
    assert todo in text
    assert "缺报" not in text
    assert "未报" not in text


def test_a_quarter_is_archived_while_its_package_is_of_the_publication_in_force(registry):
    submission = sent(registry, TOWN, status="city_approved")
    locked(registry)
    published(registry, 1, 1)
    assert state(registry) == "published"
    archived(registry, LOCKED + timedelta(hours=2))
    assert state(registry) == "archived"
    # A later quarter's publication has this one in it, unchanged.
    published(registry, 2, 3, periods=(P, NEXT))
    assert (state(registry), publication(registry, str(P)).snapshot_id) == ("archived", "final-1")
    for person in "乙丙":
        reopen(registry, submission, person, LOCKED + timedelta(hours=4), "有误")
    found = quarter_state(registry, str(P))
    assert (found.state, found.superseded) == ("correcting", found.packages)


def test_a_quarter_that_was_redefined_wants_another_package(registry):
    locked(registry)
    published(registry, 1, 1)
    archived(registry, LOCKED + timedelta(hours=2))
    published(registry, 2, 3, under="b")
    assert (state(registry), publication(registry, str(P)).snapshot_id) == ("published", "final-2")
    archived(registry, LOCKED + timedelta(hours=4))
    found = quarter_state(registry, str(P))
    assert (found.state, [each.snapshot for each in found.superseded]) == ("archived", ["final-1"])


def test_an_archiving_that_is_undone_is_no_package_any_more(registry):
    locked(registry)
    published(registry, 1, 1)
    archived(registry, LOCKED + timedelta(hours=2))
    row = undo(registry, P, "张三", LOCKED + timedelta(hours=3), "漏了")
    assert (row.action, state(registry), packages(registry, str(P))) == ("archive", "published", ())


def test_nothing_is_published_of_a_quarter_that_was_locked_anew(registry):
    locked(registry)
    published(registry, 1, 1)
    for person in "乙丙":
        decide(registry, str(P), "unlock", person, LOCKED + timedelta(hours=2), "更正")
    locked(registry, LOCKED + timedelta(hours=3))
    assert publication(registry, str(P)) is None
