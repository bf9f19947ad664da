"""`core.duty`: units by the names under which readers look for them."""

from datetime import date

from models.period import Period
from pipelines.load.due import duty_table
from pipelines.records.units import replace_directory
from pipelines.registry import writing
from pipelines.settings import Home
from tests.unit.models.test_units import version


def test_a_renamed_unit_is_shown_with_its_old_name_for_a_while(catalogue, tmp_path):
    change = date(2026, 4, 1)
    versions = [version(end=change), version(start=change, unit_name="新名(样例)")]
    shown = []
    with writing(Home(tmp_path)) as registry:
        replace_directory(registry, versions)
        for period in (Period(2026, 1), Period(2026, 2), Period(2027, 2)):
            table = duty_table(registry, catalogue, period, [], [], locked=False)
            shown += table["unit_name"].to_list()
    old = "市级综合类单位甲(样例)"
    assert shown == [old, f"新名(样例)(原{old})", "新名(样例)"]
