"""Verbs about files and pages: check, receive, status, sample, serve."""

from pathlib import Path
from typing import Annotated

import typer

from models.loader import load_catalogue
from models.period import period_range, system_clock
from pipelines.checking import check_file
from pipelines.commands.telling import CannotError, Teller, Verb, at_time, one_period
from pipelines.receive import receive_file
from pipelines.registry import reading, writing
from pipelines.settings import home
from pipelines.status import status

Json = Annotated[bool, typer.Option("--json")]
At = Annotated[str | None, typer.Option("--at")]
Out = Annotated[Path | None, typer.Option("--out")]


def check(files: list[Path], json: Json = False) -> None:  # noqa: FBT002
    """Say what a unit would be told of files; write nothing."""
    tell, catalogue, worst = Teller(), load_catalogue(), 0
    results = []
    with reading(home()) as registry:
        for path in files:
            if not path.is_file():
                raise CannotError("no_file", file=path)
            results.append(check_file(home(), registry, catalogue, path))
    if json:
        tell.json([each.as_json() for each in results] if len(files) > 1 else results[0].as_json())
    for each in results:
        worst = max(worst, {"accepted": 0, "refused": 2}.get(each.verdict, 1))
        if not json:
            tell.checked(each)
    raise typer.Exit(worst)


def receive(files: list[Path], at: At = None, json: Json = False) -> None:  # noqa: FBT002
    """Archive files and give receipts."""
    tell, catalogue = Teller(), load_catalogue()
    with writing(home()) as registry:
        receipts = []
        for path in files:
            if not path.is_file():
                raise CannotError("no_file", file=path)
            given = receive_file(registry, home().archive, path, at_time(at), "cli", catalogue)
            receipts.append(given)
    if json:
        tell.json([vars(each) for each in receipts])
    else:
        tell.receipts(receipts)
    raise typer.Exit(1 if any(each.is_refused for each in receipts) else 0)


def status_verb(period: str, json: Json = False) -> None:  # noqa: FBT002
    """Say who owes what for a quarter."""
    catalogue = load_catalogue()
    with reading(home()) as registry:
        found = status(registry, catalogue, one_period(period))
    Teller().status(found, catalogue, as_json=json)


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
        raise CannotError("bad_period", period=periods) from error
    tell = Teller()
    try:
        with writing(home()) as registry:
            made = write_sample(
                home(), registry, load_catalogue(), wanted, seed, out, tell.progress("workbooks")
            )
    except NotForSampleError as error:
        raise CannotError("not_a_sample_home", home=home().root) from error
    tell.sample(made, out)


def serve(port: Annotated[int, typer.Option()] = 8050) -> None:
    """Serve the dashboards on this machine only."""
    from dashboards.app import serve as serve_site  # noqa: PLC0415 slow to import

    Teller().say("serving", port=port)
    serve_site(home().published, load_catalogue(), system_clock, port)


def briefing(period: str, out: Out = None) -> None:
    """Write the briefing: not there yet."""
    del period, out
    raise CannotError("not_yet", verb="briefing")


def burden() -> None:
    """Count what units must fill: not there yet."""
    raise CannotError("not_yet", verb="burden")


VERBS = (
    Verb("check", check),
    Verb("receive", receive),
    Verb("status", status_verb),
    Verb("sample", sample),
    Verb("serve", serve),
    Verb("briefing", briefing),
    Verb("burden", burden),
)
