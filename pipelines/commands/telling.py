"""How the command line speaks: Chinese lines for people, JSON for programs."""

import json
import sys
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import typer

from models.loader import load_catalogue
from models.period import ZONE, Period, system_clock

if TYPE_CHECKING:
    from pipelines.judging.checking import Checked
    from pipelines.receive import Receipt
    from pipelines.reply.answer import NextStep


class Verb(NamedTuple):
    """A verb of the command line."""

    name: str
    run: Callable[..., Any]


class CannotError(Exception):
    """The command cannot be done; `reason` names the line of `wording/cli.yml` that says why."""

    def __init__(self, reason: str, **fills: object) -> None:
        super().__init__(reason)
        self.reason = reason
        self.fills = fills


def at_time(text: str | None) -> datetime:
    """The time given with `--at`, else the present.

    Raises:
        CannotError: the text is no time.
    """
    if text is None:
        return system_clock()
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise CannotError("bad_time", time=text) from error
    return at.astimezone(ZONE).replace(tzinfo=None) if at.tzinfo else at


def one_period(text: str) -> Period:
    """The quarter named on the command line.

    Raises:
        CannotError: the text is no quarter.
    """
    try:
        return Period.parse(text)
    except ValueError as error:
        raise CannotError("bad_period", period=text) from error


def one_file(path: Path) -> Path:
    """The file named on the command line.

    Raises:
        CannotError: there is none, or it is a folder.
    """
    if not path.is_file():
        raise CannotError("folder_given" if path.is_dir() else "no_file", file=path)
    return path


def one_book(path: Path) -> Path:
    """The workbook to be written.

    Raises:
        CannotError: its name is none of a workbook.
    """
    if path.suffix.lower() != ".xlsx" and not path.is_dir():
        raise CannotError("not_xlsx", file=path)
    return path


class Teller:
    """Prints."""

    def __init__(self) -> None:
        self._catalogue = load_catalogue()

    def say(self, name: str, /, **fills: object) -> None:
        """Print a line of `wording/cli.yml`."""
        typer.echo(self._catalogue.say(f"cli.{name}", **fills))

    def begun(self, name: str, /, **fills: object) -> None:
        """Say on the error stream what has begun and takes minutes."""
        typer.echo(self._catalogue.say(f"cli.{name}", **fills), err=True)

    def cannot(self, error: CannotError) -> None:
        """Print why not, on the error stream."""
        typer.echo(self._catalogue.say(f"cli.{error.reason}", **error.fills), err=True)

    def json(self, value: Any) -> None:
        """Print a value as JSON."""
        typer.echo(json.dumps(value, ensure_ascii=False, indent=2, default=str))

    def progress(self, what: str) -> Callable[[int, int], None]:
        """Return a function that shows how far long work is: done, of how many."""

        def show(done: int, total: int) -> None:
            text = self._catalogue.say(f"cli.progress_{what}", done=done, total=total)
            end = "\n" if done == total or not sys.stderr.isatty() else "\r"
            if sys.stderr.isatty() or done == total or done % 250 == 0:
                typer.echo(text + end, err=True, nl=False)

        return show

    def checked(self, found: "Checked") -> None:
        """Print what is said of one file."""
        verdict = self._catalogue.say(f"validate.verdict_{found.verdict}")
        self.say("checked", file=found.file, verdict=verdict)
        if found.reason:
            typer.echo(f"  {found.reason}")
        for each in found.findings:
            severity = self._catalogue.say(f"validate.severity_{each.severity}")
            self.say("finding", severity=severity, rule=each.rule, message=each.message)
        for change in found.normalised:
            self.say(
                "normalised", **{("from_" if k == "from" else k): v for k, v in change.items()}
            )
        for given in found.explanations:
            state = "lapsed" if given["lapsed"] else "in_force"
            self.say(f"explanation_{state}", rule=given["rule"], text=given["text"])
        self.next_step(found.next_step)

    def next_step(self, step: "NextStep") -> None:
        """Print the one next step and who takes it."""
        self.say("next_step", who=step.who, what=step.what)

    def receipts(self, receipts: Iterable["Receipt"]) -> None:
        """Print the receipts."""
        for each in receipts:
            if each.is_refused:
                self.say("refused", number=each.receipt_id or "—", reason=each.reason)
            elif each.outcome == "expanded":
                self.say("expanded", number=each.receipt_id, reason=each.reason)
            else:
                name, sha = each.original_name, each.file_sha256[:12]
                self.say("receipt", number=each.receipt_id, file=name, sha=sha)

    def turned_away(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """Print the files that were not taken in, and why."""
        for row in rows:
            self.say(f"away_{row['outcome']}", number=row["receipt_id"], reason=row["reason"])

    def sample(self, made: Any, out: Any) -> None:
        """Print what the sample made."""
        files = made.workbooks + made.corrections
        self.say("sample", files=files, faults=made.faults, out=out)
