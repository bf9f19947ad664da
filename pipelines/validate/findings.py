"""Failures -> findings that a filler understands: where, what was seen, what to do."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from models.catalogue_model import Catalogue
from models.spec.form import Field
from models.spec.rule import Rule, Severity
from pipelines.frames import Frames
from pipelines.validate.naming import Told
from pipelines.validate.plan import Judged
from pipelines.validate.shown import Shown, details
from pipelines.validate.sides import Sides, sides_of

if TYPE_CHECKING:
    from pipelines.validate.batch import Failure

Key = tuple[str, str, int | None]
Spot = tuple[Field | None, dict[str, Any] | None, int | None]
"""Field, cell and line that a finding points at."""


@dataclass(frozen=True)
class Finding:
    """审核意见: one failed part of a rule, at its target cell.

    `asked` is what the unit is told where `message` is for reviewers only.
    """

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
    asked: str | None = None


class Writer:
    """Writes findings of one batch; knows every cell's address and what was typed in it."""

    def __init__(
        self,
        catalogue: Catalogue,
        frames: Frames,
        values: pl.DataFrame,
        told: Told | None = None,
        evidence: Mapping[tuple[str, str], Sequence[str]] | None = None,
    ) -> None:
        self._catalogue = catalogue
        self._told = told or {}
        self._evidence = evidence or {}
        self._frames = frames
        self._shown = Shown(catalogue)
        self._values = values
        self._cells: dict[Key, dict[str, Any]] = {}

    def findings(self, failures: Sequence["Failure"]) -> list[Finding]:
        """Return a finding for each failure, in the order of submissions and rules."""
        self._cells = self._cells_about(failures)
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

    def _cells_about(self, failures: Sequence["Failure"]) -> dict[Key, dict[str, Any]]:
        """The cells that the failures point at or read; all of a quarter would fill the memory."""
        named = {
            (each.submission_id, name)
            for each in failures
            for name in (
                {each.field} if each.field else each.item.reads | {*each.item.part.targets}
            )
        }
        keys = ["submission_id", "field"]
        wanted = pl.DataFrame(list(named), schema=dict.fromkeys(keys, pl.String), orient="row")
        columns = ("submission_id", "field", "line", "sheet", "cell", "typed", "kind")
        kept = self._values.join(wanted, on=keys, how="semi")
        return {
            (row["submission_id"], row["field"], row["line"]): row
            for row in kept.select(columns).iter_rows(named=True)
        }

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
            "SELECT CAST(number AS DOUBLE), CAST(date AS VARCHAR) FROM recomputed "
            "WHERE submission_id = ? AND field = ? AND line IS NOT DISTINCT FROM ?",
            [failure.submission_id, failure.field, failure.line],
        ).fetchall()
        return next((each for row in rows for each in row if each is not None), None)

    def _target(self, failure: "Failure", sides: Sides) -> Spot:
        """The cell that a finding points at; of a whole list, the last row named, or the first."""
        names = (failure.field,) if failure.field else failure.item.part.targets
        for name in names:
            line = failure.line if "." in name else None
            if line is None and "." in name:
                line = sides.named_rows[-1] if sides.named_rows else self._first(failure, name)
            cell = self._cells.get((failure.submission_id, name, line))
            if cell is not None:
                return self._catalogue.fields[name], cell, line
        return (self._catalogue.fields[names[0]] if names else None), None, failure.line

    def _first(self, failure: "Failure", name: str) -> int | None:
        lines = (
            line
            for submission_id, field, line in self._cells
            if (submission_id, field) == (failure.submission_id, name) and line is not None
        )
        return min(lines, default=None)

    def _finding(self, failure: "Failure", sides: Sides) -> Finding:
        rule = failure.item.rule
        field, cell, line = self._target(failure, sides)
        told = self._told.get((failure.item.id, failure.submission_id), {})
        shown = {**self._shown.fills(field, cell, failure.item, sides), **told}
        sheet, address = (cell["sheet"], cell["cell"]) if cell else (self._sheet(rule), None)
        place = f"{sheet}!{address} " if cell else ""
        texts = self._texts(failure, field, cell, shown)
        return Finding(
            submission_id=failure.submission_id,
            rule=rule.id,
            part=failure.item.number,
            severity=rule.severity,
            form=field.form if field else rule.form,
            field=field.qualified if field else None,
            sheet=sheet,
            cell=address,
            line=line,
            value=shown["value"],
            expected=shown["expected"] or None,
            message=f"{place}{texts[0]}",
            related=tuple(self._related(failure, field)),
            asked=f"{place}{texts[1]}" if texts[1] else None,
        )

    def _sheet(self, rule: Rule) -> str | None:
        return self._catalogue.forms[rule.form].sheet if rule.form else None

    def _texts(
        self,
        failure: "Failure",
        field: Field | None,
        cell: Mapping[str, Any] | None,
        shown: Mapping[str, str],
    ) -> tuple[str, str | None]:
        """What is said, and what the unit is told if that is something else."""
        rule = failure.item.rule
        kind = cell["kind"] if cell and failure.item.table == "c" else None
        if kind in {"error", "uncached", "conflict", "lossy"} and rule.each != "formula":
            # An error or an uncached formula is told as what it is.
            return self._catalogue.say(f"clean.{kind}_cell", **shown), None
        text = failure.item.template.format(**shown)
        more = details(self._catalogue, failure.item, field, shown)
        return f"{text}{more}", f"{rule.asked.format(**shown)}{more}" if rule.asked else None

    def _related(self, failure: "Failure", target: Field | None) -> Iterable[str]:
        yield from self._evidence.get((failure.item.rule.id, failure.submission_id), ())
        for name in sorted(failure.item.reads):
            line = failure.line if "." in name else None
            cell = self._cells.get((failure.submission_id, name, line))
            if cell and (target is None or name != target.qualified):
                yield f"{cell['sheet']}!{cell['cell']}"
