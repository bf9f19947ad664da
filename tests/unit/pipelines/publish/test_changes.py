"""What one publication says otherwise than another; a structure that is new changes nothing."""

import duckdb

from pipelines.publish.changes import changed_numbers

NEW = (("as_reported", 5), ("today", 7))


def written(path, rows, *, is_viewed=True):
    """A snapshot of one final quarter and the totals of one field."""
    with duckdb.connect(str(path)) as con:
        con.execute("create schema core; create schema marts")
        con.execute("create table core.period as select '2026Q1' as period, 'final' as kind")
        con.execute(
            "create table marts.field_total (period varchar, view varchar, field varchar,"
            " scope_level varchar, scope_code varchar, total double, units_expected integer,"
            " units_used integer)"
        )
        for view, total in rows:
            con.execute(
                "insert into marts.field_total values"
                " ('2026Q1', ?, 'branch_close', 'city', '330700', ?, 1, 1)", [view, total]
            )  # fmt: skip
        if not is_viewed:
            con.execute("alter table marts.field_total drop column view")
    return path


def told(old, new):
    return changed_numbers(old, new).select("view", "old", "new").rows()


def test_a_total_that_changed_in_one_structure_is_told_with_it(tmp_path):
    old = written(tmp_path / "old.duckdb", [("as_reported", 5), ("today", 6)])
    assert told(old, written(tmp_path / "new.duckdb", NEW)) == [("today", 6, 7)]


def test_a_snapshot_that_knew_one_structure_is_compared_in_that_one(tmp_path):
    old = written(tmp_path / "old.duckdb", [("as_reported", 4)], is_viewed=False)
    assert told(old, written(tmp_path / "new.duckdb", NEW)) == [("as_reported", 4, 5)]
