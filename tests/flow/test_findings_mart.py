"""The findings as a table, and the rules' own record, against a recount over the registry."""

from collections import Counter, defaultdict
from datetime import datetime

import duckdb
import pytest
from sqlalchemy import select

from models.period import Period
from models.registry import finding, submission
from models.registry_judging import checkpoint
from models.spec.rule import Moment
from pipelines.building import build_warehouse, rebuild
from pipelines.judging.checkpoints import Run
from pipelines.judging.intake import identify_received, judge_period
from pipelines.judging.reviewing import judge_quarter
from pipelines.quarter.decisions import accept
from pipelines.receive import receive_file
from pipelines.records.waivers import RuleWaiver, add_waiver
from pipelines.registry import reading, writing
from pipelines.validate.plan import judged_parts
from pipelines.workbook.content import Raw
from tests.flow.conftest import SmallCity
from tests.flow.desk import Filler

pytestmark = pytest.mark.xdist_group("settling")
Q2 = Period(2026, 2)
AT = datetime(2026, 7, 4, 10)
DOUBTFUL, BROKEN = {"branch_meet_ok": 0}, {"member_transfer_in": Raw("text", "约五百")}
NOTE = "支部换届期间未开会,七月已补开"
WHY = "已电话核实,支部因换届推迟会议"


@pytest.fixture(scope="module")
def units(small_city):
    """Five honest units of one county whose cover says nothing."""
    found = [
        each
        for each in small_city.of(str(Q2))
        if each.unit.unit_kind == "county_organ"
        and not small_city.sample.city[each.issue.unit_code, str(Q2)].departures
    ]
    return found[:5]


@pytest.fixture(scope="module")
def home(small_city, units, catalogue, tmp_path_factory):
    """One explains on the cover, one mends, one is settled and sends again, one is waived."""
    folder = tmp_path_factory.mktemp("findings")
    where = SmallCity(small_city.sample, tuple(units)).home(folder / "home")
    explains, mends, sends_again, waived, honest = (
        Filler(each, catalogue, tmp_path_factory.mktemp("sent")) for each in units
    )
    silent = {"period_note": None}
    with writing(where) as registry:
        add_waiver(registry, RuleWaiver(
            "R150", waived.planned.issue.unit_code, None, str(Q2), None, "试点", "乙", AT
        ))  # fmt: skip
    first = [
        explains({**DOUBTFUL, "period_note": NOTE}),
        mends({**BROKEN, **silent}),
        sends_again({**DOUBTFUL, **silent}),
        waived({**DOUBTFUL, **silent}),
        honest(silent),
    ]
    _take_in(where, catalogue, first, "one")
    with writing(where) as registry:
        accept(registry, f"{sends_again.planned.issue.unit_code}-{Q2}-v1", "甲", AT, WHY)
    again = [mends(silent), sends_again({**DOUBTFUL, "period_note": "第二版"})]
    _take_in(where, catalogue, again, "two")
    with writing(where) as registry:
        judge_quarter(where, registry, catalogue, Q2, Run("two", AT))
        build_warehouse(where, registry, catalogue, [str(Q2)])
    return where


def _take_in(where, catalogue, paths, run):
    with writing(where) as registry:
        for path in paths:
            receive_file(registry, where.archive, path, AT, "cli", catalogue)
        identify_received(where, registry, catalogue)
        judge_period(where, registry, catalogue, str(Q2), Run(run, AT))


@pytest.fixture
def warehouse(home):
    with duckdb.connect(str(home.warehouse), read_only=True) as con:
        yield con


def _statuses(con, unit, version, moment="receipt"):
    found = con.execute(
        "SELECT rule, status, explained_by_role FROM marts.finding"
        " WHERE unit_code = ? AND version = ? AND moment = ? AND severity <> 'hint'",
        [unit.issue.unit_code, version, moment],
    )
    return set(found.fetchall())


def test_every_finding_is_in_the_mart_with_its_unit(home, warehouse):
    with reading(home) as registry:
        recorded = Counter(registry.execute(select(finding.c.submission_id, finding.c.rule)).all())
    found = warehouse.execute("SELECT submission_id, rule FROM marts.finding").fetchall()
    assert Counter(map(tuple, recorded.elements())) == Counter(found)
    core = warehouse.execute("SELECT submission_id, rule, message FROM core.finding").fetchall()
    told = warehouse.execute("SELECT submission_id, rule, message FROM marts.finding").fetchall()
    assert Counter(core) == Counter(told)
    strangers = "SELECT count(*) FROM marts.finding WHERE unit_name IS NULL OR level <> 'county'"
    assert warehouse.execute(strangers).fetchall() == [(0,)]


def test_it_says_what_became_of_each_finding(units, warehouse):
    explains, mends, sends_again, waived, honest = units
    (rule,) = {row[0] for row in _statuses(warehouse, explains, 1)}
    assert _statuses(warehouse, explains, 1) == {(rule, "explained", "unit")}
    assert _statuses(warehouse, mends, 1) == {("R002", "corrected", None)}
    assert _statuses(warehouse, mends, 2) == set()
    for version in (1, 2):
        assert _statuses(warehouse, sends_again, version) == {(rule, "settled", "reviewer")}
    assert _statuses(warehouse, waived, 1) == {(rule, "waived", None)}
    assert _statuses(warehouse, honest, 1) == set()
    texts = warehouse.execute(
        "SELECT DISTINCT status, reason_text, settled_from FROM marts.finding"
        " WHERE reason_text IS NOT NULL AND moment = 'receipt'"
    ).fetchall()
    origin = f"{sends_again.issue.unit_code}-{Q2}-v1"
    assert set(texts) == {("explained", NOTE, None), ("settled", WHY, origin)}


def _things(home, catalogue):
    """Rule -> status -> things that failed, counted in plain Python over the registry."""
    with reading(home) as registry:
        rows = registry.execute(
            select(finding, submission.c.is_current, submission.c.unit_code).join(
                submission, submission.c.submission_id == finding.c.submission_id
            )
        ).all()
    now = {_same(row): row for row in rows if row.is_current}
    places = defaultdict(list)
    for row in rows:
        rule = catalogue.rules[row.rule]
        by_cell = rule.each and rule.each != "reading"
        place = (row.field, row.line) if by_cell else row.line if rule.rows else None
        places[row.rule, row.submission_id, place].append(_status(row, now))
    order = ["open", "explained", "settled", "waived", "corrected"]
    found = defaultdict(Counter)
    for (rule, _, _), statuses in places.items():
        found[rule][min(statuses, key=order.index)] += 1
    return found


def _same(row):
    return row.unit_code, row.rule, row.part, row.field, row.row_key, row.sheet, row.cell


def _status(row, now):
    if row.status == "waived":
        return "waived"
    if not row.is_current:
        if _same(row) not in now:
            return "corrected"
        row = now[_same(row)]
    if row.status in {"explained", "accepted"}:
        return "settled" if row.settled_by else "explained"
    return "open"


def test_the_record_of_the_rules_equals_a_recount_over_the_registry(home, warehouse, catalogue):
    rows = warehouse.execute(
        "SELECT rule, failed, explained, waived, settled, corrected, open FROM marts.rule_record"
    ).fetchall()
    things = _things(home, catalogue)
    assert {rule: counts for rule, *counts in rows if counts[0]} == {
        rule: [
            sum(counts.values()),
            counts["explained"] + counts["settled"],
            *(counts[status] for status in ("waived", "settled", "corrected", "open")),
        ]
        for rule, counts in things.items()
    }
    assert warehouse.execute(
        "SELECT count(*) FROM marts.rule_record WHERE failed > evaluated OR evaluated = 0"
    ).fetchall() == [(0,)]


def test_a_rule_was_evaluated_on_every_file_and_row_it_concerns(home, units, warehouse, catalogue):
    sent = [*units, units[1], units[2]]
    parts = defaultdict(list)
    for item in judged_parts(catalogue, Moment.RECEIPT, Q2):
        if item.rule.each is None:
            parts[item.rule.id].append(item.part)
    expected = Counter()
    for rule in (catalogue.rules[name] for name in parts):
        for each in sent:
            if any(_concerns(catalogue, rule, part, each.unit) for part in parts[rule.id]):
                expected[rule.id] += _rows(catalogue, rule.rows, each) if rule.rows else 1
    found = dict(
        warehouse.execute(
            "SELECT rule, evaluated FROM core.rule_evaluated WHERE moment = 'receipt'"
        ).fetchall()
    )
    ours = {rule: count for rule, count in expected.items() if count}
    assert len(ours) > 50
    assert {rule: count for rule, count in found.items() if rule in parts} == ours


def _rows(catalogue, alias, unit):
    """The lines of a list in which the unit filled something in."""
    filled = [
        name
        for name, field in catalogue.fields.items()
        if field.alias == alias and field.entry not in {"directory", "formula", "carried"}
    ]
    rows = unit.shown.rows.get(alias, ())
    return sum(any(row.get(name.partition(".")[2]) is not None for name in filled) for row in rows)


def _concerns(catalogue, rule, part, unit):
    kind, level = unit.unit_kind, unit.level
    if rule.only is not None and kind not in rule.only:
        return False
    fields = [catalogue.fields[name] for name in part.targets]
    return not fields or any(each.exists_for(kind, level, Q2.quarter) for each in fields)


def test_a_rule_that_never_failed_is_there_and_one_not_in_force_is_not(warehouse, catalogue):
    recorded = dict(warehouse.execute("SELECT rule, failed FROM marts.rule_record").fetchall())
    assert recorded["R101"] == 0
    active = {rule.id for rule in catalogue.rules.values() if rule.in_force(str(Q2))}
    assert recorded.keys() <= active


def test_what_the_gate_found_is_kept_by_run(home, warehouse, catalogue):
    with reading(home) as registry:
        kept = registry.execute(select(checkpoint).order_by(checkpoint.c.checkpoint_id)).all()
    assert [(row.run_id, row.moment, row.made_at) for row in kept] == [
        ("one", "receipt", AT), ("two", "receipt", AT), ("two", "quarter", AT),
    ]  # fmt: skip
    assert {row.catalogue_hash for row in kept} == {catalogue.hash}
    rows = warehouse.execute(
        "SELECT number, count(*), count(*) FILTER (NOT success), max(unexpected - evaluated)"
        " FROM core.checkpoint_result GROUP BY number ORDER BY number"
    ).fetchall()
    assert [row[1:3] for row in rows] == [(row.expectations, row.failed) for row in kept]
    assert all(over <= 0 for *_, over in rows)
    failed = warehouse.execute(
        "SELECT part, field, unexpected FROM core.checkpoint_result"
        " WHERE number = 1 AND NOT success"
    ).fetchall()
    assert ("R002.1", "member_transfer_in", 1) in failed
    assert max(len(row.results) for row in kept) < 20_000


def test_a_rebuild_replays_what_was_settled(home, warehouse, catalogue, tmp_path):
    ask = "SELECT * FROM marts.finding ORDER BY submission_id, number"
    before = warehouse.execute(ask).fetchall()
    warehouse.close()
    with reading(home) as registry:
        rebuild(home, registry, catalogue)
    with duckdb.connect(str(home.warehouse), read_only=True) as con:
        assert con.execute(ask).fetchall() == before
