"""A difference between levels is told with the units that may be behind it, or with none."""

import duckdb
import pytest

from models.spec.rule import Moment
from pipelines.frames import Frames
from pipelines.validate.batch import Failure
from pipelines.validate.naming import told_of_units
from pipelines.validate.plan import judged_parts

PARENT, CHILD = "330702100019", "330702300014"


@pytest.fixture
def frames(catalogue):
    with duckdb.connect() as con:
        con.execute("CREATE TABLE duties (unit_code TEXT, unit_name TEXT, level TEXT,"
                    " coord_parent_code TEXT)")  # fmt: skip
        con.execute("CREATE TABLE s (submission_id TEXT, dir__unit_code TEXT)")
        con.execute("CREATE TABLE child (submission_id TEXT, dir__unit_code TEXT,"
                    " guid_received DECIMAL(18, 4))")  # fmt: skip
        con.execute("INSERT INTO s VALUES ('a', ?), ('b', ?)", [PARENT, CHILD])
        con.execute("INSERT INTO duties VALUES (?, '样例镇', 'township', ?)", [CHILD, PARENT])
        yield Frames(con, catalogue)


@pytest.mark.parametrize(
    ("received", "told"), [(None, "未发现个别单位"), (7, f"可能是样例镇({CHILD}) 7")]
)
def test_who_may_be_behind_a_difference(frames, received, told):
    frames.con.execute("INSERT INTO child VALUES ('a', ?, ?)", [CHILD, received])
    item = next(each for each in judged_parts(frames.catalogue, Moment.QUARTER)
                if each.rule.id == "R407" and "{unit_diff}" in each.template)  # fmt: skip
    fills = told_of_units(frames, [Failure(item, "a", None, None)])
    assert fills == {(item.id, "a"): {"unit_diff": told}}
