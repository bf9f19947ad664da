"""Which units and cells stand behind a finding that needs several files: for its message."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sqlglot import exp

from models.catalogue_model import Catalogue
from models.expression import parse
from models.expression.tree import AGGREGATES, Node, key, name_of
from pipelines.frames import Frames
from pipelines.validate.plan import Judged

if TYPE_CHECKING:
    from pipelines.validate.batch import Failure

Told = Mapping[tuple[str, str], Mapping[str, str]]
"""(part id, submission) -> placeholder -> text."""


def told_of_units(frames: Frames, failures: Sequence["Failure"]) -> Told:
    """The units that messages of the quarter name."""
    namer = _Namer(frames)
    return {
        (each.item.id, each.submission_id): namer.fills(each.item, each.submission_id)
        for each in failures
    }


class _Namer:
    """Knows the units of a quarter; asks the tables for those behind a difference.

    Units whose file is not there explain a difference best; without any, those below whose figure
    changed most since last quarter come first.
    """

    def __init__(self, frames: Frames) -> None:
        self._con = frames.con
        self._catalogue: Catalogue = frames.catalogue
        self._shown = int(frames.catalogue.parameters["signs"]["shown_units"])
        rows = self._con.execute("SELECT unit_code, unit_name FROM duties").fetchall()
        self._names: dict[str, str] = dict(rows)
        self._missing = self._missing_by_parent()

    def fills(self, item: Judged, submission_id: str) -> dict[str, str]:
        """The placeholders that name units; only those that the message has."""
        wanted = item.template
        makers: dict[str, Callable[[], str]] = {
            "missing_units": lambda: self._units(self._not_received(submission_id)),
            "unit_diff": lambda: self._difference(item, submission_id),
            "unit_list": lambda: self._units(self._alike(submission_id)),
            "peer_name": lambda: self._units(self._peer(submission_id)),
        }
        return {name: make() for name, make in makers.items() if f"{{{name}}}" in wanted}

    def _units(self, codes: Iterable[tuple[str, Any]]) -> str:
        """The first few by name and code, with a figure if there is one; the rest counted."""
        listed = list(codes)
        said = [self._unit(code, figure) for code, figure in listed[: self._shown]]
        text = "、".join(said)
        if len(listed) > self._shown:
            return self._catalogue.say("validate.units_more", units=text, count=len(listed))
        return text or self._catalogue.say("validate.no_units")

    def _unit(self, code: str, figure: Any) -> str:
        shown = "" if figure is None else self._catalogue.say("validate.figure", figure=figure)
        return self._catalogue.say(
            "validate.unit", name=self._names.get(code, code), code=code, figure=shown
        )

    def _not_received(self, submission_id: str) -> list[tuple[str, Any]]:
        return [(code, None) for code, _ in self._missing.get(submission_id, ())]

    def _missing_by_parent(self) -> dict[str, list[tuple[str, int]]]:
        """Submission of a committee -> the units below whose file is not there, and their level."""
        found: dict[str, list[tuple[str, int]]] = defaultdict(list)
        for parent, code, level in self._con.execute(_MISSING).fetchall():
            found[parent].append((code, self._catalogue.levels[level][0]))
        return found

    def _alike(self, submission_id: str) -> list[tuple[str, Any]]:
        rows = self._con.execute(_ALIKE, [submission_id]).fetchall()
        return [(code, None) for (code,) in rows]

    def _peer(self, submission_id: str) -> list[tuple[str, Any]]:
        rows = self._con.execute(
            "SELECT peer FROM resemblance WHERE submission_id = ?", [submission_id]
        ).fetchall()
        return [(code, None) for (code,) in rows]

    def _difference(self, item: Judged, submission_id: str) -> str:
        sums = [*_summed(item.part.left), *_summed(item.part.right)]
        if any(alias == "peer_all" for alias, _, _ in sums):
            return self._units(self._between([name for _, name, _ in sums]))
        level = next((level for alias, _, level in sums if alias == "child"), None)
        missing = [
            (code, None)
            for code, of_level in self._missing.get(submission_id, ())
            if level in {None, of_level}
        ]
        below = [] if missing else self._below(sums, submission_id)
        if not below:
            return self._units(missing)
        return self._catalogue.say("validate.units_maybe", units=self._units(below))

    def _between(self, names: Sequence[str]) -> list[tuple[str, Any]]:
        """Who gives or takes most, where the whole city is compared."""
        first, second = names[0], names[1] if len(names) > 1 else names[0]
        return self._con.execute(
            f"SELECT dir__unit_code, CAST(COALESCE({first}, 0) - COALESCE({second}, 0) AS DOUBLE) "  # noqa: S608
            "AS gap FROM s WHERE gap <> 0 ORDER BY ABS(gap) DESC, 1"
        ).fetchall()

    def _below(
        self, sums: Sequence[tuple[str, str, int | None]], submission_id: str
    ) -> list[tuple[str, Any]]:
        """Units below whose figure changed since last quarter, those that changed most first."""
        for alias, name, level in sums:
            if alias == "child":
                return self._changed(name, level, submission_id)
        return []

    def _changed(self, name: str, level: int | None, submission_id: str) -> list[tuple[str, Any]]:
        """Whose figure changed; where nobody's did, everybody below: one of them it must be."""
        fits = "" if level is None else f"AND unit_level = {level}"
        has_past = f"prev__{name}" in self._columns()
        change = f"COALESCE({name} - prev__{name}, 0)" if has_past else name
        rows = self._con.execute(
            f"SELECT dir__unit_code, CAST({name} AS DOUBLE), {change} <> 0 FROM child "  # noqa: S608
            f"WHERE submission_id = ? AND {name} IS NOT NULL {fits} "
            f"ORDER BY ABS({change}) DESC, {name} DESC, 1",
            [submission_id],
        ).fetchall()
        moved = [(code, figure) for code, figure, has_moved in rows if has_moved]
        return moved or [(code, figure) for code, figure, _ in rows]

    def _columns(self) -> set[str]:
        return {row[0] for row in self._con.execute("DESCRIBE s").fetchall()}


def _summed(text: str | None) -> list[tuple[str, str, int | None]]:
    """(alias, field, level) of each aggregate in a formula; level if its FILTER asks for one."""
    if text is None:
        return []
    found = []
    for node in parse(text).tree.walk(prune=lambda node: isinstance(node, exp.Filter)):
        call: Node = node.this if isinstance(node, exp.Filter) else node
        if key(call) in AGGREGATES:
            column = call.find(exp.Column)
            if column is not None:
                found.append((column.table, name_of(column).partition(".")[2], _level(node)))
    return found


def _level(node: Node) -> int | None:
    if not isinstance(node, exp.Filter):
        return None
    equal = node.expression.find(exp.EQ)
    is_level = equal is not None and equal.this.name == "unit_level"
    return int(equal.expression.name) if equal is not None and is_level else None


_MISSING = """
SELECT parent.submission_id, duties.unit_code, duties.level
FROM duties
JOIN s AS parent ON parent.dir__unit_code = duties.coord_parent_code
ANTI JOIN s ON s.dir__unit_code = duties.unit_code
ORDER BY 1, 2
"""
_ALIKE = """
SELECT DISTINCT other.unit_code
FROM sub JOIN sub AS other USING (content_hash)
WHERE sub.submission_id = ? AND other.unit_code <> sub.unit_code ORDER BY 1
"""
