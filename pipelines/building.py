"""From the registry to a snapshot: load, build, publish; and the same again from nothing.

The command line and the Dagster assets take the same steps: `load_quarters`, `make_table` for each
model, `publish`. What a load leaves to be built is written down, so a run that breaks off is taken
up by the next one, and nothing is published that was not built and proved.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

import duckdb
from sqlalchemy import Connection

from models.catalogue_model import Catalogue
from models.period import Period
from pipelines.build import models_in_order
from pipelines.build.checks import prove
from pipelines.build.compiled import write_compiled
from pipelines.build.run import Model, build_model, standing_on
from pipelines.catalogues.apart import make_room, model_under, set_apart
from pipelines.catalogues.kept import keep_catalogue, sql_hash
from pipelines.catalogues.of_quarters import QuarterCatalogues, quarter_catalogues
from pipelines.judging.assemble import assemble_period
from pipelines.judging.unchanged_rows import unchanged_rows
from pipelines.load import load_catalogue_tables, load_quarter
from pipelines.load.checks import prove_loaded
from pipelines.load.mirror import answered_since
from pipelines.load.standing import STANDING, quarters_moved, standing_tables
from pipelines.proof import Proof, demand, joined
from pipelines.publish import Published, publish_snapshot
from pipelines.records.quarters import begun_periods, opened_periods
from pipelines.registry import held
from pipelines.settings import Home
from pipelines.warehouse import (
    exists,
    open_warehouse,
    put,
    read_stamp,
    remove,
    remove_warehouse,
    stamp,
)

Progress = Callable[[str, int], None]
UNBUILT = "core.unbuilt"
"""Table and quarter of what is to be built and proved; the load itself stands in it as LOAD."""
LOAD = "load"


class UnbuiltError(Exception):
    """What would be published is not built and proved under this catalogue."""

    def __init__(self, periods: Sequence[str]) -> None:
        super().__init__(", ".join(periods))


@dataclass(frozen=True)
class Built:
    """What a build made: the quarters it ran for, and the rows of each table."""

    periods: tuple[str, ...]
    rows: dict[str, int]


@dataclass(frozen=True)
class Loaded(Built):
    """What a load put in, and what was proved of it: table and proof."""

    proofs: tuple[tuple[str, Proof], ...]


@dataclass(frozen=True)
class Made:
    """One table made by its model: for which quarters, its rows of them, what was proved."""

    periods: tuple[str, ...]
    rows: int
    proofs: tuple[Proof, ...]


@contextmanager
def alone(home: Home) -> Iterator[None]:
    """Keep two runs apart from their first step to their last.

    The registry's own lock is only held while a step writes: people go on receiving and deciding.

    Raises:
        BusyError: another run is under way.
    """
    with held(home.root / "build.lock"):
        yield


def build_warehouse(
    home: Home,
    registry: Connection,
    catalogue: Catalogue,
    periods: Sequence[str],
    done: Progress = lambda *_: None,
) -> Built:
    """Load and build the given quarters and those after them; all of them for a new catalogue.

    Each under its own: a quarter that was published as final keeps the catalogue recorded then.

    Raises:
        BrokenBuildError: a table does not keep what is demanded of it.
    """
    loaded = load_quarters(home, registry, catalogue, periods)
    for table, proof in loaded.proofs:
        demand(table, proof)
    rows, under = dict(loaded.rows), quarter_catalogues(home, registry, catalogue)
    with open_warehouse(home.warehouse) as con:
        for model in models_in_order(catalogue):
            made = make_table(con, model, under, loaded.periods)
            demand(model.table, *made.proofs)
            rows[model.table] = made.rows
            done(model.table, made.rows)
    return Built(loaded.periods, rows)


def load_quarters(
    home: Home, registry: Connection, catalogue: Catalogue, periods: Sequence[str]
) -> Loaded:
    """Load the given quarters and those after them, and write down what must now be built.

    Where units stand elsewhere than before, history is added up again under the present structure,
    in quarters before these too; nothing else of those is loaded or built.
    """
    under = quarter_catalogues(home, registry, catalogue)
    wanted = quarters_to_build(home, registry, catalogue, periods)
    held_here = sorted({*begun_periods(registry), *wanted})
    standing = standing_tables(registry, catalogue, held_here)
    under.others(wanted)  # a catalogue that cannot be read must leave the warehouse as it is
    if not _is_built_by(home, catalogue):
        remove_warehouse(home.warehouse)
    write_compiled(home.generated, catalogue)
    keep_catalogue(home, catalogue)
    with open_warehouse(home.warehouse) as con:
        stamp(con, catalogue.hash, sql_hash())
        earlier = [period for period in held_here if period < min(wanted, default="")]
        moved = quarters_moved(con, standing, earlier)
        _note_unbuilt(con, catalogue, wanted, moved)
        rows = load_catalogue_tables(con, registry, catalogue)
        rows |= {table: put(con, table, frame, None) for table, frame in standing.items()}
        set_apart(con, under.others([*wanted, *moved]))
        for period in wanted:
            mine, quarter = under.of(period), Period.parse(period)
            batches = assemble_period(home, registry, mine, quarter)
            unchanged = unchanged_rows(home, registry, mine, quarter)
            loaded = load_quarter(con, registry, mine, quarter, batches, unchanged)
            rows |= {table: rows.get(table, 0) + count for table, count in loaded.items()}
        proofs = tuple(prove_loaded(con, registry, wanted))
        _note_built(con, LOAD, [proof for _, proof in proofs])
    return Loaded(tuple(wanted), rows, proofs)


def quarters_to_build(
    home: Home, registry: Connection, catalogue: Catalogue, periods: Sequence[str]
) -> list[str]:
    """The quarters to build: those asked for and all after them, which look back at them.

    A quarter for which nothing has come yet has nothing to build: issuing its workbooks changes
    no table. Only where nothing has come at all, what is asked for is built to say so.
    """
    begun = begun_periods(registry) or list(periods) or opened_periods(registry)
    if not _is_built_by(home, catalogue) or not periods:
        return begun
    under = quarter_catalogues(home, registry, catalogue)
    with open_warehouse(home.warehouse) as con:
        left = [*unbuilt_quarters(con), *redefined_quarters(con, under)]
        first = min([*periods, *left, *answered_since(con, registry)])
    return [period for period in begun if period >= first]


def _is_built_by(home: Home, catalogue: Catalogue) -> bool:
    """Whether the warehouse is of this catalogue and of the SELECTs of this program.

    Quarters of two programs do not stand beside each other: a table may have other columns by now.
    """
    return read_stamp(home.warehouse) == (catalogue.hash, sql_hash())


def make_table(
    con: duckdb.DuckDBPyConnection, model: Model, under: QuarterCatalogues, periods: Sequence[str]
) -> Made:
    """Build one table for what the load left to be built, else again for the given quarters."""
    wanted = unbuilt_quarters(con, model.table) or list(periods)
    groups = under.groups(wanted) if model.by_period else [(under.today, wanted)]
    made = [_make_under(con, model, catalogue, some, under.today) for catalogue, some in groups]
    proofs = tuple(joined(some) for some in zip(*(each.proofs for each in made), strict=True))
    _note_built(con, model.table, proofs)
    return Made(tuple(wanted), sum(each.rows for each in made), proofs)


def _make_under(
    con: duckdb.DuckDBPyConnection,
    model: Model,
    catalogue: Catalogue,
    periods: Sequence[str],
    today: Catalogue,
) -> Made:
    """Build one table for quarters of one catalogue; one that it does not know stays empty."""
    mine: Model | None = model
    if catalogue.hash != today.hash:
        mine = model_under(model.table, catalogue)
        make_room(con, model, mine or model, catalogue)
    rows = build_model(con, mine, catalogue, periods) if mine else remove(con, model.table, periods)
    return Made(tuple(periods), rows, tuple(prove(con, model, catalogue, periods, today)))


def unbuilt_quarters(con: duckdb.DuckDBPyConnection, table: str | None = None) -> list[str]:
    """The quarters loaded for which a table, or any table, still has to be built."""
    if not exists(con, UNBUILT):
        return []
    rows = con.execute(
        f"SELECT DISTINCT period FROM {UNBUILT} WHERE table_name = coalesce(?, table_name)"  # noqa: S608
        " ORDER BY period",
        [table],
    ).fetchall()
    return [period for (period,) in rows]


def redefined_quarters(con: duckdb.DuckDBPyConnection, under: QuarterCatalogues) -> list[str]:
    """The quarters loaded under another catalogue than they are to be: so persons decided since."""
    if not exists(con, "core.period"):
        return []
    rows = con.execute("SELECT period, catalogue_hash FROM core.period ORDER BY 1").fetchall()
    return [period for period, built_under in rows if built_under != under.hash_of(period)]


def _note_unbuilt(
    con: duckdb.DuckDBPyConnection,
    catalogue: Catalogue,
    periods: Sequence[str],
    moved: Sequence[str],
) -> None:
    tables = [LOAD, *(model.table for model in models_in_order(catalogue))]
    con.execute(f"CREATE OR REPLACE TABLE {UNBUILT} (period VARCHAR, table_name VARCHAR)")
    for some, names in ((periods, tables), (moved, standing_on(catalogue, STANDING))):
        con.execute(
            f"INSERT INTO {UNBUILT} SELECT unnest(?::VARCHAR[]), table_name"  # noqa: S608
            " FROM (SELECT unnest(?::VARCHAR[]) AS table_name)",
            [list(some), sorted(names)],
        )


def _note_built(con: duckdb.DuckDBPyConnection, table: str, proofs: Sequence[Proof]) -> None:
    if not any(proof.stops for proof in proofs):
        con.execute(f"DELETE FROM {UNBUILT} WHERE table_name = ?", [table])  # noqa: S608


def publish(
    home: Home, registry: Connection, catalogue: Catalogue, kind: str, at: datetime
) -> Published:
    """Publish a snapshot of a warehouse that is built and proved under this catalogue.

    Raises:
        UnbuiltError: something was loaded and not built, or catalogue or SELECTs are others.
    """
    if not _is_built_by(home, catalogue):
        raise UnbuiltError(opened_periods(registry))
    under = quarter_catalogues(home, registry, catalogue)
    with open_warehouse(home.warehouse) as con:
        left = sorted({*unbuilt_quarters(con), *redefined_quarters(con, under)})
    if left:
        raise UnbuiltError(left)
    return publish_snapshot(home, registry, catalogue, kind, at)


def rebuild(
    home: Home, registry: Connection, catalogue: Catalogue, done: Progress = lambda *_: None
) -> Built:
    """Make the warehouse again from archive and registry; nothing is judged again.

    Under the catalogue given: `recorded` says which one the last publication was made under.
    """
    with alone(home):
        quarter_catalogues(home, registry, catalogue).others(begun_periods(registry))
        remove_warehouse(home.warehouse)
        return build_warehouse(home, registry, catalogue, [], done)
