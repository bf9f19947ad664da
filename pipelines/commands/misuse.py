"""A command that is written wrongly, told in one Chinese line; the library says it in English."""

from typing import Any

# The library keeps these to itself, but raises them to whoever does not let it print.
from typer._click.exceptions import (
    BadOptionUsage,
    BadParameter,
    MissingParameter,
    NoArgsIsHelpError,
    NoSuchOption,
    UsageError,
)

__all__ = ["NoArgsIsHelpError", "UsageError", "misuse"]


def misuse(error: UsageError) -> tuple[str, dict[str, Any]]:
    """The line of `wording/cli.yml` that says what is wrong, and what fills it."""
    fills = {"command": error.ctx.command_path if error.ctx else "sanji"}
    match error:
        case NoSuchOption():
            near = "、".join(error.possibilities or ())
            key = "no_such_option_near" if near else "no_such_option"
            return key, {**fills, "option": error.option_name, "near": near}
        case BadOptionUsage():
            return "option_needs_value", {**fills, "option": error.option_name}
        case MissingParameter() if error.param is not None:
            return "missing_parameter", {**fills, "name": _shown(error.param)}
        case BadParameter() if error.param is not None:
            return "bad_parameter", {**fills, "name": _shown(error.param)}
        case _:
            return "misused", fills


def _shown(parameter: Any) -> str:
    """An option by its longest name, an argument by its own."""
    return str(max(parameter.opts, key=len))
