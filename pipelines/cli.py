"""`sanji`: command line. Exit 0 done, 1 findings, 2 could not; never a traceback for bad input."""

import sys

import typer

from models.loader import load_catalogue
from models.yaml_source import CatalogueError
from pipelines.commands.misuse import NoArgsIsHelpError, UsageError, misuse
from pipelines.commands.telling import CannotError, Teller
from pipelines.commands.verb_group import VerbGroup
from pipelines.disk import BusyError

VERBS = {
    "affected_verbs": "affected explain-affected",
    "quarter_verbs": "issue run publish",
    "explain_verbs": "explain",
    "history_verbs": "snapshots changes rebuild redefine",
    "file_verbs": "receive sample serve",
    "finding_verbs": "findings reasons",
    "template_verbs": "burden",
    "answer_verbs": "check receipt answers",
    "archive_verbs": "archive",
    "briefing_verbs": "briefing",
    "campaign_verbs": "status remind calendar schedule freeze waive unwaive extend unextend",
    "decision_verbs": "approve accept return lock reopen undo decisions",
    "dictionary_verbs": "dictionary",
    "door_verbs": "inbox held assign dismiss",
    "keeping_verbs": "backup restore doctor",
    "mart_verbs": "duties proposals",
    "rule_verbs": "waive-rule rule-waivers differences settle",
    "sides_verbs": "confirmations sides",
}
GROUPS = {
    "catalogue": {"catalogue_verbs": "check list pending sql show"},
    "directory": {"directory_verbs": "export import template event events undo check"},
    "calibrate": {"rule_verbs": "signs", "index_verbs": "indices"},
    "sampling": {"sampling_verbs": "plan sheets take result"},
    "match": {"sides_verbs": "list accept refuse"},
    "readers": {"reader_verbs": "add list reset remove log"},
}


def command_line() -> VerbGroup:
    """Put the verbs together."""
    groups = [VerbGroup(name, modules) for name, modules in GROUPS.items()]
    return VerbGroup("sanji", VERBS, groups)


def main() -> None:
    """Run the command line; what cannot be done ends with one Chinese line and exit code 2."""
    try:
        code = _run()
    except CannotError as error:
        Teller().cannot(error)
        code = 2
    except BusyError:
        Teller().cannot(CannotError("busy"))
        code = 2
    except CatalogueError as error:
        # The texts are part of the catalogue that is broken, so this one line has to do without.
        sys.stderr.write(f"sanji: {error}\n")
        code = 2
    except _ours() as error:
        code = _told(error)
    sys.exit(code)


def _run() -> int:
    try:
        return int(command_line().main(prog_name="sanji", standalone_mode=False) or 0)
    except NoArgsIsHelpError:
        return 2  # its help has been printed
    except typer.Abort:
        return 130  # what a shell says of a program that was interrupted
    except UsageError as error:
        key, fills = misuse(error)
        raise CannotError(key, **fills) from error


def _ours() -> tuple[type[Exception], ...]:
    """What has a line for people; all that can raise it is loaded when something is wrong."""
    from pipelines.keeping.told import OURS  # noqa: PLC0415 half a second that no verb waits for

    return (*OURS, OSError)


def _told(error: Exception) -> int:
    from pipelines.keeping.told import told, told_of_disk  # noqa: PLC0415 as above

    catalogue = load_catalogue()
    if isinstance(error, OSError):
        sys.stderr.write(f"{told_of_disk(catalogue, error)}\n")
    else:
        sys.stderr.write(f"{told(catalogue, error)}\n")
    return 2
