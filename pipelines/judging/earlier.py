"""Looking back: what counted in the quarters before, read again from the cells.

The warehouse may be older than the files that came since, so it is not asked.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, Row, select

from models.catalogue_model import Catalogue
from models.events import openings
from models.period import Period
from models.registry import submission
from pipelines.extract.store import extract_missing, load_cells
from pipelines.frames import Frames, build_frames
from pipelines.judging.assemble import make_plain_batch
from pipelines.judging.batch import Batch, Past, with_facts
from pipelines.judging.past import Earlier, names_added_up, names_before, past_of
from pipelines.load.due import is_used
from pipelines.receive.archive import place
from pipelines.records.events import unit_events
from pipelines.records.issues import issues
from pipelines.records.quarters import is_locked
from pipelines.records.units import directory
from pipelines.settings import Home
from pipelines.workbook.content import Sheetful


def look_back(
    home: Home,
    registry: Connection,
    catalogue: Catalogue,
    period: Period,
    codes: Collection[str],
    names: frozenset[str] | None = None,
    instead: Mapping[str, Row[Any] | None] | None = None,
) -> Earlier:
    """What counted of these units in the quarters before.

    Args:
        home: where the cells are.
        registry: which versions counted.
        catalogue: what the rules ask.
        period: the quarter that looks back.
        codes: its units; predecessors of merged units are added.
        names: the fixed fields of last quarter that are asked; by default those of the rules.
        instead: submission id -> the version to be taken in its place, or none, as if it had
            never come.
    """
    choose = _chooser(instead or {})
    found = openings(unit_events(registry), period)
    wanted = {*codes, *(code for each in found.values() for code in each.codes)}
    asked = names_before(catalogue) if names is None else names
    last = _frames(home, registry, catalogue, period.shifted(-1), wanted, choose)
    closings = _values(last, asked)
    return Earlier(
        closings=closings,
        so_far=_so_far(home, registry, catalogue, period, wanted, last, choose),
        orgs=_orgs(last),
        openings=found,
    )


Chooser = Callable[[Connection, Period, Collection[str]], list[Row[Any]]]
"""Which submissions of a quarter count, of some units."""


def _chooser(instead: Mapping[str, Row[Any] | None]) -> Chooser:
    def choose(registry: Connection, period: Period, codes: Collection[str]) -> list[Row[Any]]:
        rows = used_rows(registry, period, codes)
        chosen = (instead.get(row.submission_id, row) for row in rows)
        return [row for row in chosen if row is not None]

    return choose


def used_rows(registry: Connection, period: Period, codes: Collection[str]) -> list[Row[Any]]:
    """The submissions of a quarter that count, of these units."""
    locked = is_locked(registry, str(period))
    rows = registry.execute(
        select(submission)
        .where(submission.c.period == str(period), submission.c.is_current)
        .order_by(submission.c.submission_id)
    )
    wanted = set(codes)
    return [row for row in rows if row.unit_code in wanted and is_used(row, locked=locked)]


def counted(
    home: Home,
    registry: Connection,
    catalogue: Catalogue,
    period: Period,
    codes: Collection[str],
    earlier: Earlier | None = None,
    names: frozenset[str] = frozenset(),
) -> Batch | None:
    """What counted in a quarter, with its own past if that is asked; None where nothing did."""
    rows = used_rows(registry, period, codes)
    return _batch_of(home, registry, catalogue, period, rows, earlier, names)


def _batch_of(
    home: Home,
    registry: Connection,
    catalogue: Catalogue,
    period: Period,
    rows: Sequence[Row[Any]],
    earlier: Earlier | None = None,
    names: frozenset[str] = frozenset(),
) -> Batch | None:
    if not rows:
        return None
    paths = {row.file_sha256: place(home.archive, row.file_sha256) for row in rows}
    extract_missing(home.cells, paths, catalogue)
    known = issues(registry, (row.issue_id for row in rows))
    files = [(row.submission_id, row.file_sha256, known[row.issue_id]) for row in rows]
    cells = load_cells(home.cells, paths)
    batch = make_plain_batch(catalogue, period, directory(registry), files, cells)
    if earlier is None:
        return batch
    issued = {sid: (issue.unit_code, Sheetful()) for sid, _, issue in files}
    return replace(batch, past=Past(past_of(catalogue, issued, earlier, names).fixed))


def _frames(
    home: Home,
    registry: Connection,
    catalogue: Catalogue,
    period: Period,
    codes: Collection[str],
    choose: Chooser,
) -> Frames | None:
    batch = _batch_of(home, registry, catalogue, period, choose(registry, period, codes))
    if batch is None:
        return None
    return build_frames(catalogue, with_facts(batch), batch.values, batch.listed)


def _values(frames: Frames | None, names: Collection[str]) -> dict[str, Mapping[str, Any]]:
    """Unit code -> field -> value."""
    asked = sorted(names)
    if frames is None or not asked:
        return {}
    rows = frames.con.execute(f"SELECT dir__unit_code, {', '.join(asked)} FROM s").fetchall()  # noqa: S608
    return {code: dict(zip(asked, values, strict=True)) for code, *values in rows}


def _orgs(frames: Frames | None) -> dict[str, dict[str, tuple[Any, Any]]]:
    found: dict[str, dict[str, tuple[Any, Any]]] = {}
    if frames is not None:
        for code, org, *dates in frames.con.execute(_ELECTIONS).fetchall():
            found.setdefault(code, {})[org] = (dates[0], dates[1])
    return found


_ELECTIONS = """
SELECT s.dir__unit_code, l1.org_code, l1.last_election_date, l1.election_done_date
FROM l1 JOIN s USING (submission_id) WHERE l1.org_code IS NOT NULL
"""


def _so_far(
    home: Home,
    registry: Connection,
    catalogue: Catalogue,
    period: Period,
    codes: Collection[str],
    last: Frames | None,
    choose: Chooser,
) -> dict[str, dict[str, Any]]:
    """Sums of the year before this quarter; None as long as a quarter that was owed is missing."""
    names = names_added_up(catalogue)
    total: dict[str, dict[str, Any]] = {code: dict.fromkeys(names, 0) for code in codes}
    units = directory(registry)
    for quarter in range(1, period.quarter):
        each = Period(period.year, quarter)
        is_last = quarter == period.quarter - 1
        frames = last if is_last else _frames(home, registry, catalogue, each, codes, choose)
        known = _values(frames, names)
        for code in set(codes) & units.owing(each).keys():
            for name in names:
                total[code][name] = _plus(total[code][name], known.get(code, {}).get(name))
    return total


def _plus(left: Any, right: Any) -> Any:
    return None if left is None or right is None else left + right
