"""Failures -> findings that a filler understands: where, what was seen, what to do."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from models.catalogue_model import Catalogue
from models.spec.form import Field
from models.spec.rule import Severity
from pipelines.frames import Frames
from pipelines.validate.plan import Judged
from pipelines.validate.shown import Shown
from pipelines.validate.sides import Sides, sides_of

if TYPE_CHECKING:
    from pipelines.validate.batch import Failure

Key = tuple[str, str, int | None]


@dataclass(frozen=True)
class Finding:
    """审核意见: one failed part of a rule, at its target cell."""

    submission_id: str
    rule: str
    part: int
    severity: Severity
    form: str | None
    field: str | None
    sheet: str | None
    cell: str | None
    line: int | None
    value: str | None
    expected: str | None
    message: str
    related: tuple[str, ...]


class Writer:
    """Writes findings of one batch; knows every cell's address and what was typed in it."""

    def __init__(self, catalogue: Catalogue, frames: Frames, values: pl.DataFrame) -> None:
        self._catalogue = catalogue
        self._frames = frames
        self._shown = Shown(catalogue)
        self._cells: dict[Key, dict[str, Any]] = {
            (row["submission_id"], row["field"], row["line"]): row
            for row in values.select(
                "submission_id", "field", "line", "sheet", "cell", "typed", "kind"
            ).iter_rows(named=True)
        }

    def findings(self, failures: Sequence["Failure"]) -> list[Finding]:
        """Return a finding for each failure, in the order of submissions and rules."""
        grouped: dict[Judged, list[Failure]] = defaultdict(list)
        for failure in failures:
            grouped[failure.item].append(failure)
        found = [
            self._finding(failure, sides)
            for item, some in grouped.items()
            for failure, sides in zip(some, self._sides(item, some), strict=True)
        ]
        return sorted(
            found, key=lambda f: (f.submission_id, f.rule, f.part, f.line or 0, f.field or "")
        )

    def _sides(self, item: Judged, failures: Sequence["Failure"]) -> Iterable[Sides]:
        if item.table == "c":
            return [self._cell_sides(failure) for failure in failures]
        keys = [(failure.submission_id, failure.line) for failure in failures]
        found = sides_of(self._frames, item, [key[0] for key in keys])
        return [found[key] for key in keys]

    def _cell_sides(self, failure: "Failure") -> Sides:
        cell = self._cells[failure.submission_id, failure.field or "", failure.line]
        expected = None
        if failure.item.rule.each == "formula":
            expected = self._recomputed(failure)
        return Sides(value=cell["typed"], expected=expected, fills={}, named_rows=())

    def _recomputed(self, failure: "Failure") -> Any:
        rows = self._frames.con.execute(
            "SELECT COALESCE(CAST(number AS VARCHAR), CAST(date AS VARCHAR)) FROM recomputed "
            "WHERE submission_id = ? AND field = ? AND line IS NOT DISTINCT FROM ?",
            [failure.submission_id, failure.field, failure.line],
        ).fetchall()
        return rows[0][0] if rows else None

    def _target(self, failure: "Failure") -> tuple[Field | None, dict[str, Any] | None]:
        names = (failure.field,) if failure.field else failure.item.part.targets
        for name in names:
            cell = self._cells.get(
                (failure.submission_id, name, failure.line if "." in name else None)
            )
            if cell is not None:
                return self._catalogue.fields[name], cell
        return (self._catalogue.fields[names[0]], None) if names else (None, None)

    def _finding(self, failure: "Failure", sides: Sides) -> Finding:
        rule = failure.item.rule
        field, cell = self._target(failure)
        shown = self._shown.fills(field, cell, failure.item, sides)
        text = self._message(failure, cell, shown)
        sheet, address = (cell["sheet"], cell["cell"]) if cell else (None, None)
        place = f"{sheet}!{address} " if cell else ""
        return Finding(
            submission_id=failure.submission_id,
            rule=rule.id,
            part=failure.item.number,
            severity=rule.severity,
            form=field.form if field else rule.form,
            field=field.qualified if field else None,
            sheet=sheet,
            cell=address,
            line=failure.line,
            value=shown["value"],
            expected=shown["expected"] or None,
            message=f"{place}{text}",
            related=tuple(self._related(failure, field)),
        )

    def _message(
        self,
        failure: "Failure",
        cell: Mapping[str, Any] | None,
        shown: Mapping[str, str],
    ) -> str:
        """The rule's own text; an error or an uncached formula is told as what it is."""
        kind = cell["kind"] if cell and failure.item.table == "c" else None
        if kind in {"error", "uncached"} and failure.item.rule.each != "formula":
            return self._catalogue.say(f"clean.{kind}_cell", **shown)
        return failure.item.rule.message.format(**shown)

    def _related(self, failure: "Failure", target: Field | None) -> Iterable[str]:
        for name in sorted(failure.item.reads):
            line = failure.line if "." in name else None
            cell = self._cells.get((failure.submission_id, name, line))
            if cell and (target is None or name != target.qualified):
                yield f"{cell['sheet']}!{cell['cell']}"
