"""`sanji`: command line. Exit 0 done, 1 findings, 2 could not; never a traceback for bad input."""

import sys
from typing import Any

import typer

from models.loader import load_catalogue
from models.yaml_source import CatalogueError
from pipelines.commands import (
    answer_verbs,
    briefing_verbs,
    campaign_verbs,
    catalogue_verbs,
    decision_verbs,
    dictionary_verbs,
    directory_verbs,
    door_verbs,
    explain_verbs,
    file_verbs,
    finding_verbs,
    history_verbs,
    keeping_verbs,
    mart_verbs,
    quarter_verbs,
    rule_verbs,
    sampling_verbs,
    sides_verbs,
    template_verbs,
)
from pipelines.commands.misuse import NoArgsIsHelpError, UsageError, misuse
from pipelines.commands.telling import CannotError, Teller, Verb
from pipelines.keeping.told import OURS, told, told_of_disk
from pipelines.registry import BusyError


def command_line() -> Any:
    """Put the verbs together; what they say of themselves comes from `wording/cli.yml`."""
    app = _group(
        [
            *quarter_verbs.VERBS,
            *explain_verbs.VERBS,
            *history_verbs.VERBS,
            *file_verbs.VERBS,
            *finding_verbs.VERBS,
            *template_verbs.VERBS,
            *answer_verbs.VERBS,
            *briefing_verbs.VERBS,
            *campaign_verbs.VERBS,
            *decision_verbs.VERBS,
            *dictionary_verbs.VERBS,
            *door_verbs.VERBS,
            *keeping_verbs.VERBS,
            *mart_verbs.VERBS,
            *rule_verbs.VERBS,
            *sides_verbs.VERBS,
        ]
    )
    app.add_typer(_group(catalogue_verbs.VERBS), name="catalogue")
    app.add_typer(_group(directory_verbs.VERBS), name="directory")
    app.add_typer(_group(rule_verbs.CALIBRATIONS), name="calibrate")
    app.add_typer(_group(sampling_verbs.VERBS), name="sampling")
    app.add_typer(_group(sides_verbs.MATCHES), name="match")
    command = typer.main.get_command(app)
    _describe(command, "sanji")
    return command


def _group(verbs: list[Verb] | tuple[Verb, ...]) -> typer.Typer:
    group = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
    for verb in verbs:
        group.command(verb.name)(verb.run)
    return group


def _describe(command: Any, name: str) -> None:
    """Give a command and its options their Chinese help."""
    words = load_catalogue().wording["help"]
    command.help = command.short_help = words[name]
    for parameter in command.params:
        if hasattr(parameter, "help") and parameter.name in words:
            parameter.help = words[parameter.name]
    for child, inner in getattr(command, "commands", {}).items():
        _describe(inner, child if name == "sanji" else f"{name}_{child}")


def main() -> None:
    """Run the command line; what cannot be done ends with one Chinese line and exit code 2."""
    try:
        sys.exit(_run())
    except CannotError as error:
        Teller().cannot(error)
        sys.exit(2)
    except BusyError:
        Teller().cannot(CannotError("busy"))
        sys.exit(2)
    except OURS as error:
        _stop(told(load_catalogue(), error))
    except OSError as error:
        _stop(told_of_disk(load_catalogue(), error))
    except CatalogueError as error:
        # The texts are part of the catalogue that is broken, so this one line has to do without.
        sys.stderr.write(f"sanji: {error}\n")
        sys.exit(2)


def _run() -> int:
    try:
        return int(command_line().main(standalone_mode=False) or 0)
    except NoArgsIsHelpError:
        return 2  # its help has been printed
    except typer.Abort:
        return 130  # what a shell says of a program that was interrupted
    except UsageError as error:
        key, fills = misuse(error)
        raise CannotError(key, **fills) from error


def _stop(said: str) -> None:
    sys.stderr.write(f"{said}\n")
    sys.exit(2)
