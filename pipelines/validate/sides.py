"""The two sides of a failed part and what else its message prints, for those who failed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from models.expression import Type, check, parse, to_sql
from models.names import Names
from pipelines.frames import Frames, Source
from pipelines.validate.plan import Judged, bound

Key = tuple[str, int | None]


@dataclass(frozen=True)
class Sides:
    """Value found, value expected, the rule's fills, and the rows its message names."""

    value: Any
    expected: Any
    fills: dict[str, Any]
    named_rows: tuple[int, ...]


def sides_of(frames: Frames, item: Judged, submissions: Sequence[str]) -> dict[Key, Sides]:
    """Compute them for the given submissions; keys are (submission, line)."""
    names = ["value", "expected", *item.rule.fills]
    texts = [_left(item), item.part.right, *item.rule.fills.values()]
    source = Source(item.table)
    columns = [_sql(frames, text, source) for text in texts]
    rows = frames.con.execute(
        f"SELECT s.submission_id, {source.line}, {', '.join(columns)} FROM {source.sql} "  # noqa: S608
        "WHERE list_contains(?, s.submission_id)",
        [sorted(set(submissions))],
    ).fetchall()
    named = _named_rows(frames, item, submissions)
    return {
        (row[0], row[1]): _sides(dict(zip(names, row[2:], strict=True)), named.get(row[0], ()))
        for row in rows
    }


def _sides(values: dict[str, Any], named_rows: tuple[int, ...]) -> Sides:
    value, expected = values.pop("value"), values.pop("expected")
    return Sides(value, expected, values, named_rows)


def _left(item: Judged) -> str | None:
    """The left side; for a test, the target itself."""
    if item.part.left:
        return item.part.left
    targets = item.part.targets
    return targets[0] if targets else None


def _sql(frames: Frames, text: str | None, source: Source) -> str:
    if text is None:
        return "NULL"
    names = Names(frames.catalogue)
    expression = bound(frames.catalogue, text)
    sql = to_sql(expression, names.type_of, source.names(names))
    if check(expression, names.type_of) is Type.NUMBER:
        return f"ROUND({sql}, 6)"
    return f"CAST({sql} AS VARCHAR)"


def _named_rows(
    frames: Frames, item: Judged, submissions: Sequence[str]
) -> dict[str, tuple[int, ...]]:
    """The lines that the message names, for a part judged on the whole submission."""
    condition = item.rule.named_rows
    if condition is None:
        return {}
    alias = next(name.partition(".")[0] for name in parse(condition).names() if name[0] == "l")
    source = Source(alias)
    where = frames.sql(condition, source)
    rows = frames.con.execute(
        f"SELECT s.submission_id, list_sort(list(line)) FROM {source.sql} "  # noqa: S608
        f"WHERE ({where}) AND list_contains(?, s.submission_id) GROUP BY ALL",
        [sorted(set(submissions))],
    ).fetchall()
    return {submission_id: tuple(lines) for submission_id, lines in rows}
