"""The three schedules, evaluated as the daemon does, and their jobs, run in this process."""

from datetime import datetime
from zoneinfo import ZoneInfo

import dagster as dg
import pytest

from pipelines.definitions import defs
from pipelines.records.duties import duties
from pipelines.records.issues import issue_count
from pipelines.records.quarters import opened_periods
from pipelines.records.units import replace_directory
from pipelines.registry import reading, writing
from pipelines.settings import Home
from tests.unit.pipelines.small_registry import TOWN, P, city, sent, unit

BEIJING = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("SANJI_HOME", str(tmp_path))
    return Home(tmp_path)


def tick(instance, name, month, day):
    """What a schedule answers at nine o'clock of a day of 2026."""
    at = datetime(2026, month, day, 9, tzinfo=BEIJING)
    context = dg.build_schedule_context(instance=instance, scheduled_execution_time=at)
    return defs.resolve_schedule_def(f"{name}_schedule").evaluate_tick(context)


def run(instance, name, request):
    return defs.resolve_job_def(name).execute_in_process(
        instance=instance, run_config=request.run_config, raise_on_error=False
    )


@pytest.fixture
def instance():
    with dg.DagsterInstance.ephemeral() as made:
        yield made


def test_a_day_on_which_nothing_is_due_asks_for_no_run_and_says_so(home, instance):
    for name in ("open", "remind", "close"):
        answer = tick(instance, name, 8, 3)
        assert not answer.run_requests
        assert answer.skip_message == "2026-08-03没有到期的事项"


def test_the_opening_freezes_then_issues_and_the_next_day_has_nothing_left(
    home, instance, catalogue
):
    with writing(home) as registry:
        replace_directory(registry, [unit(TOWN)])
    for day, what in ((15, "freeze"), (20, "issue")):
        (request,) = tick(instance, "open", 9, day).run_requests
        assert [t["what"] for t in request.run_config["ops"]["open_tasks"]["config"]["tasks"]] == [
            what
        ]
        assert run(instance, "open", request).success
        assert not tick(instance, "open", 9, day + 1).run_requests
    with reading(home) as registry:
        assert opened_periods(registry) == [str(P)]
        assert issue_count(registry, P) == {TOWN: 1}
        assert set(duties(registry, catalogue.campaign, P)) == {TOWN}
    assert len(list((home.issued / str(P)).glob("*.xlsx"))) == 1
    assert instance.get_dynamic_partitions("period") == [str(P)]


def test_the_same_run_twice_issues_once(home, instance):
    with writing(home) as registry:
        replace_directory(registry, [unit(TOWN)])
    (request,) = tick(instance, "open", 9, 20).run_requests
    assert run(instance, "open", request).success
    again = run(instance, "open", request)
    assert again.success
    with reading(home) as registry:
        assert issue_count(registry, P) == {TOWN: 1}


def test_a_home_without_directory_opens_nothing(home, instance):
    (request,) = tick(instance, "open", 9, 20).run_requests
    assert run(instance, "open", request).success
    with reading(home) as registry:
        assert opened_periods(registry) == []


def test_reminders_are_written_where_people_find_them(home, instance, catalogue):
    with writing(home) as registry:
        city(registry, campaign=catalogue.campaign)
        sent(registry, TOWN)
    (request,) = tick(instance, "remind", 10, 14).run_requests
    assert run(instance, "remind", request).success
    names = sorted(path.name for path in (home.reminders / str(P)).iterdir())
    assert names == ["催报名单_2026Q3_2026-10-14.txt", "催报名单_2026Q3_2026-10-14.xlsx"]
    text = (home.reminders / str(P) / names[0]).read_text(encoding="utf-8")
    assert "单位00024(样例):未报。截止2026-10-13,已逾期1个工作日。" in text
    assert "单位00014(样例)" not in text


def test_the_close_says_what_is_missing_and_locks_nothing(home, instance, catalogue):
    with writing(home) as registry:
        city(registry, campaign=catalogue.campaign)
        sent(registry, TOWN)
    (request,) = tick(instance, "close", 10, 20).run_requests
    result = run(instance, "close", request)
    assert result.success
    (event,) = [e for e in result.all_events if e.event_type_value == "STEP_OUTPUT"]
    (said,) = [value.value for value in event.event_specific_data.metadata.values()]
    assert "县直机关工委报送截止、县级审核截止已过" in said
    assert "未报2家:单位00016(样例)、单位00015(样例)" in said
    assert "待县级审核1家:单位00014(样例)" in said
    (request,) = tick(instance, "close", 10, 27).run_requests
    assert run(instance, "close", request).success
    path = home.reminders / str(P) / "截止情况_2026Q3_2026-10-27.txt"
    assert "系统不会自动锁定" in path.read_text(encoding="utf-8")
    with reading(home) as registry:
        assert opened_periods(registry) == [str(P)]


def test_a_run_that_finds_the_registry_taken_asks_to_come_back(home, instance, catalogue):
    with writing(home) as registry:
        city(registry, campaign=catalogue.campaign)
    (request,) = tick(instance, "remind", 10, 14).run_requests
    op = defs.resolve_job_def("remind").graph.nodes[0].definition
    context = dg.build_op_context(
        instance=instance, op_config=request.run_config["ops"]["remind_tasks"]["config"]
    )
    with writing(home), pytest.raises(dg.RetryRequested):
        op(context)
