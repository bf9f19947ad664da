"""Live checks say what is said on receipt, and what is stored beside them is what they compute."""

from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from models.names import answers_alone
from pipelines.issue.write import Planned, write_issue
from pipelines.judging.foreseeing import foreseen
from pipelines.sample.faults import planted
from pipelines.validate.plan import judged_parts
from pipelines.workbook.content import Raw
from pipelines.workbook.layout import CHECKS_SHEET
from pipelines.workbook.live import live_lines
from tests.flow.libreoffice import grid, grids, recalculated
from tests.flow.live_cases import cases

EACH = 1
CANNOT_FAIL = {
    # locked by the system, or computed by the very formula
    *(("R008", 1), ("R009", 1), ("R011", 1), ("R101", 1), ("R102", 1), ("R102", 3)),
    *(("R121", 1), ("R124", 1), ("R181", 1), ("R502", 1), ("R502", 2), ("R502", 3)),
    # asked only where a cell is filled that R001 requires
    *(("R205", 1), ("R218", 3), ("R219", 1)),
}
"""Parts that fail in no workbook whose locked cells are as issued."""
NEVER_SAID = ("formula", "text", "length", "reading")
"""Rules about single cells that no basic function can say."""
OF_DIRECTORY = ("dir.", "l2.partner_listed")


@pytest.fixture(scope="module")
def tried(small_city, catalogue, tmp_path_factory) -> list[tuple[Planned, Path, Path]]:
    """Workbooks full of right and wrong values: as we wrote them, and as LibreOffice computes."""
    folder = tmp_path_factory.mktemp("tried")
    planned = foreseen(catalogue, small_city.sample.directory, list(cases(small_city, EACH)))
    paths = [folder / f"{each.issue.issue_id}.xlsx" for each in planned]
    for path, each in zip(paths, planned, strict=True):
        write_issue(path, catalogue, each)
    return list(zip(planned, paths, recalculated(folder, paths), strict=True))


def differences(written: Path, computed: Path) -> list[tuple[Any, ...]]:
    """Cells whose stored value is not the computed one."""
    found, other_grids = [], grids(computed)
    for sheet, rows in grids(written).items():
        there = other_grids[sheet]
        for row, values in enumerate(rows):
            for col, value in enumerate(values):
                other = there[row][col] if row < len(there) and col < len(there[row]) else ""
                if value != other and not _close(value, other):
                    found.append((written.name, sheet, row, col, value, other))
    return found


def _close(one: Any, other: Any) -> bool:
    numbers = isinstance(one, int | float) and isinstance(other, int | float)
    return numbers and bool(one == pytest.approx(other, abs=1e-6))


def test_every_stored_value_is_the_computed_one(tried) -> None:
    wrong = [each for _, written, computed in tried for each in differences(written, computed)]
    assert wrong[:5] == []


def test_every_live_check_says_what_the_compiled_sql_says(tried, catalogue) -> None:
    wrong, seen = [], Counter()
    for planned, _, computed in tried:
        rows = grid(computed, CHECKS_SHEET)
        lines = _lines(catalogue, planned)
        for row, line in zip(rows[1:], lines, strict=False):
            found = planned.computed.found.get(line.ask.key)
            expected = found.count if found else 0
            seen[line.ask.rule.id, line.ask.number, expected > 0] += 1
            if row[0] != expected:
                wrong.append((planned.issue.issue_id, line.ask.key, row[0], expected))
    assert wrong == []
    parts = {key[:2] for key in seen}
    one_sided = {part for part in parts if not seen[*part, True] or not seen[*part, False]}
    assert len(one_sided - CANNOT_FAIL) <= 5, "the values tried no longer tell right from wrong"


def test_workbooks_with_slips_store_what_they_compute(small_city, catalogue, tmp_path) -> None:
    sent = [each for each in _sent(small_city) if each[1].sending.received_at is not None]
    drafts = [each.draft.filled() for each in planted(small_city.sample, sent).values()]
    whole = [each for each in drafts if not _is_tampered(catalogue, each)][:12]
    planned = foreseen(catalogue, small_city.sample.directory, whole)
    paths = [tmp_path / f"{each.issue.issue_id}.xlsx" for each in planned]
    for path, each in zip(paths, planned, strict=True):
        write_issue(path, catalogue, each)
    computed = recalculated(tmp_path, paths)
    assert any(found.count for each in planned for found in each.computed.found.values())
    pairs = zip(paths, computed, strict=True)
    assert [each for pair in pairs for each in differences(*pair)][:5] == []


def test_what_was_not_foreseen_is_not_called_clean(tried, catalogue, tmp_path) -> None:
    planned = tried[0][0]
    path = tmp_path / "unforeseen.xlsx"
    write_issue(path, catalogue, replace(planned, computed=None))
    told = grid(path, catalogue.say("workbook.results"))[1][0]
    assert told == catalogue.say("workbook.banner_unknown")
    (computed,) = recalculated(tmp_path, [path])
    assert differences(path, computed) != []


def test_every_part_that_a_sheet_can_say_is_live(catalogue) -> None:
    live = {
        line.ask.key[:2]
        for kind in catalogue.unit_kinds
        for quarter in range(1, 5)
        for line in live_lines(catalogue, kind, quarter, f"2026Q{quarter}")
    }
    left_out = [item for item in judged_parts(catalogue) if (item.rule.id, item.number) not in live]
    without_reason = [
        item.id
        for item in left_out
        if answers_alone(item.part)
        and item.rule.each not in NEVER_SAID
        and not any(name.startswith(OF_DIRECTORY) for name in item.reads)
        and not any("prev." in fill for fill in item.rule.fills.values())
    ]
    assert without_reason == []
    assert len(live) >= 120


def _lines(catalogue, planned: Planned):
    period = planned.issue.period
    return live_lines(catalogue, planned.unit.unit_kind, int(period[-1]), period)


def _sent(small_city):
    from pipelines.sample.writing import planned_issues  # noqa: PLC0415 slow, and used once

    return planned_issues(small_city.sample)


def _is_tampered(catalogue, planned: Planned) -> bool:
    """Whether a locked formula was overwritten, or a formula typed that nothing has computed."""
    values = [(catalogue.fields[name], value) for name, value in planned.shown.values.items()]
    values += [
        (catalogue.fields[f"{alias}.{name}"], value)
        for alias, rows in planned.shown.rows.items()
        for row in rows
        for name, value in row.items()
    ]
    return any(
        isinstance(value, Raw)
        and (field.formula is not None or field.is_system_owned or value.kind == "uncached")
        for field, value in values
    )
