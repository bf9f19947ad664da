"""Verbs about files and pages: receive, sample, serve."""

from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from models.loader import load_catalogue
from models.period import period_range, system_clock
from pipelines.admitting import HomeAccounts
from pipelines.commands.published import published_path
from pipelines.commands.telling import CannotError, Teller, Verb, at_time, one_file
from pipelines.corrections.publications import alone_in_force
from pipelines.judging.foreseeing import foreseen
from pipelines.machinery import Machinery
from pipelines.receive import Receipt, receive_file
from pipelines.registry import writing
from pipelines.settings import home
from pipelines.watching import live_of

MOST_PORTS = 65535
LOCAL = frozenset({"127.0.0.1", "localhost", "::1"})
Json = Annotated[bool, typer.Option("--json")]
At = Annotated[str | None, typer.Option("--at")]


def receive(files: list[Path], at: At = None, json: Json = False) -> None:  # noqa: FBT002
    """Archive files and give receipts."""
    tell, catalogue = Teller(), load_catalogue()
    for path in files:
        one_file(path)
    with writing(home()) as registry:
        receipts: list[Receipt] = []
        for path in files:
            given = receive_file(registry, home().archive, path, at_time(at), "cli", catalogue)
            receipts.extend(given.each())
    if json:
        tell.json([{**vars(each), "contents": len(each.contents)} for each in receipts])
    else:
        tell.receipts(receipts)
    raise typer.Exit(1 if any(each.is_refused for each in receipts) else 0)


def sample(
    out: Annotated[Path, typer.Option("--out")],
    periods: Annotated[str, typer.Option("--periods")] = "2025Q3..2026Q3",
    seed: Annotated[int, typer.Option("--seed")] = 7,
) -> None:
    """Write the sample city's workbooks, truth.json and truth_values.parquet."""
    from pipelines.sample.files import NotForSampleError, write_sample  # noqa: PLC0415 rarely used

    try:
        wanted = period_range(periods)
    except ValueError as error:
        raise CannotError("bad_periods", periods=periods) from error
    tell = Teller()
    try:
        with writing(home()) as registry:
            made = write_sample(
                home(),
                registry,
                load_catalogue(),
                wanted,
                seed,
                out,
                tell.progress("workbooks"),
                partial(foreseen, load_catalogue()),
            )
    except NotForSampleError as error:
        raise CannotError("not_a_sample_home", home=home().root) from error
    tell.sample(made, out)


def serve(
    port: Annotated[int, typer.Option(min=1, max=MOST_PORTS)] = 8050,
    snapshot: Annotated[str | None, typer.Option("--snapshot")] = None,
    host: Annotated[str, typer.Option("--host")] = "127.0.0.1",
) -> None:
    """Serve the dashboards; beyond this machine only where readers sign in."""
    from dashboards.app import serve as serve_site  # noqa: PLC0415 slow to import

    path, catalogue = published_path(snapshot) if snapshot else None, load_catalogue()
    with closing(HomeAccounts(home())) as accounts:
        _must_be_guarded(host, accounts)
        Teller().say("serving", host=host, port=port)
        if path is None:
            live = live_of(home(), catalogue, system_clock, Machinery(home(), catalogue).facts)
            serve_site(home().published, catalogue, system_clock, port, live, accounts, host)
            return
        with alone_in_force(path) as folder:
            serve_site(folder, catalogue, system_clock, port, None, accounts, host)


def _must_be_guarded(host: str, accounts: HomeAccounts) -> None:
    """Whoever can reach the site from elsewhere must sign in."""
    if host in LOCAL:
        return
    if not accounts.may_anyone_sign_in():
        raise CannotError("no_readers", host=host)
    Teller().say("serving_beyond", host=host)


VERBS = (
    Verb("receive", receive),
    Verb("sample", sample),
    Verb("serve", serve),
)
