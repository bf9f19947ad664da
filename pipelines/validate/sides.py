"""The two sides of a failed part and what else its message prints, for those who failed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from models.expression import Type, check, parse, to_sql
from models.expression.tree import arguments, key, name_of
from models.names import Names
from pipelines.frames import Frames, Source
from pipelines.validate.plan import Judged, bound

Key = tuple[str, int | None]


@dataclass(frozen=True)
class Sides:
    """Value found, value expected, what else fills its message, and the rows that it names."""

    value: Any
    expected: Any
    fills: dict[str, Any]
    named_rows: tuple[int, ...]


def sides_of(frames: Frames, item: Judged, submissions: Sequence[str]) -> dict[Key, Sides]:
    """Compute them for the given submissions; keys are (submission, line)."""
    names = ["value", "expected", *item.fills]
    texts = [_left(item), item.part.right, *item.fills.values()]
    source = Source(item.table)
    columns = [_sql(frames, text, source, item) for text in texts]
    rows = frames.con.execute(
        f"SELECT s.submission_id, {source.line}, {', '.join(columns)} FROM {source.sql} "  # noqa: S608
        "WHERE list_contains(?, s.submission_id)",
        [sorted(set(submissions))],
    ).fetchall()
    named = _named_rows(frames, item, submissions)
    found = {
        (row[0], row[1]): _sides(dict(zip(names, row[2:], strict=True)), named.get(row[0], ()))
        for row in rows
    }
    if MISSING in item.rule.message:
        for submission_id, ids in frames.con.execute(_MISSING).fetchall():
            if (submission_id, None) in found:
                found[submission_id, None].fills[MISSING] = ids
    return found


MISSING = "missing_matters"
_MISSING = """
SELECT submission_id, string_agg(DISTINCT matter_id, '、' ORDER BY matter_id)
FROM carried ANTI JOIN l3 USING (submission_id, matter_id) GROUP BY submission_id
"""


def _sides(values: dict[str, Any], named_rows: tuple[int, ...]) -> Sides:
    value, expected = values.pop("value"), values.pop("expected")
    return Sides(value, expected, values, named_rows)


def _left(item: Judged) -> str | None:
    """The left side; for a test, the target itself, unless that is one of many rows."""
    if item.part.left:
        return item.part.left
    known = [each for each in item.part.targets if "." not in each or item.rule.rows]
    return known[0] if known else None


def _sql(frames: Frames, text: str | None, source: Source, item: Judged) -> str:
    if text is None:
        return "NULL"
    names = Names(frames.catalogue)
    expression = bound(frames.catalogue, text)
    sql = to_sql(expression, names.type_of, source.names(names, item.rule.kind))
    if check(expression, names.type_of) is Type.NUMBER:
        return f"ROUND({sql}, 6)"
    return f"CAST({sql} AS VARCHAR)"


def _named_rows(
    frames: Frames, item: Judged, submissions: Sequence[str]
) -> dict[str, tuple[int, ...]]:
    """The lines that the message names, for a part judged on the whole submission."""
    condition = item.rule.named_rows
    if condition is not None:
        alias = next(name.partition(".")[0] for name in parse(condition).names() if name[0] == "l")
        source = Source(alias)
        where = frames.sql(condition, source)
        table = f"SELECT s.submission_id, line FROM {source.sql} WHERE {where}"  # noqa: S608
    else:
        keys = _counted_apart(item.part.right)
        if not keys:
            return {}
        alias = keys[0].partition(".")[0]
        table = (
            f"SELECT s.submission_id, line FROM {alias} JOIN s USING (submission_id) "  # noqa: S608
            f"QUALIFY COUNT(*) OVER (PARTITION BY s.submission_id, {', '.join(keys)}) > 1"
        )
    rows = frames.con.execute(
        f"SELECT submission_id, list_sort(list(line)) FROM ({table}) "  # noqa: S608
        "WHERE list_contains(?, submission_id) GROUP BY submission_id",
        [sorted(set(submissions))],
    ).fetchall()
    return {submission_id: tuple(lines) for submission_id, lines in rows}


def _counted_apart(text: str | None) -> list[str]:
    """The columns of a COUNT_DISTINCT: rows that share all of them are the ones to name."""
    if text is None:
        return []
    for node in parse(text).tree.walk():
        if key(node) == "COUNT_DISTINCT":
            return [name_of(each) for each in arguments(node)]
    return []
