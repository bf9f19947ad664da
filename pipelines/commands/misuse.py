"""A command that is written wrongly, told in one Chinese line; the library says it in English."""

from collections.abc import Iterator
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

from models.loader import load_catalogue

__all__ = ["NoArgsIsHelpError", "UsageError", "misuse", "said"]


class BlankError(BadParameter):
    """A name or a reason that is asked for is blank."""


def said(ctx: Any, parameter: Any, text: str | None) -> str | None:
    """Who decides, or why, without blanks around it: one person with two spellings is not two.

    Raises:
        BlankError: nothing but blanks was written.
    """
    if text is None or text == parameter.default:
        return text
    if not text.strip():
        raise BlankError("", ctx=ctx, param=parameter)
    return text.strip()


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
            return "missing_parameter", {**fills, "names": "、".join(_missing(error))}
        case BlankError() if error.param is not None:
            return "blank_parameter", {**fills, "name": _shown(error.param)}
        case BadParameter() if error.param is not None:
            return "bad_parameter", {**fills, "name": _shown(error.param)}
        case _:
            return "misused", fills


def _missing(error: MissingParameter) -> Iterator[str]:
    """All that has to be written and is not, in one go: what was written is read before it."""
    if error.ctx is None:
        yield _shown(error.param)
        return
    for each in error.ctx.command.params:
        if each.required and each.name not in error.ctx.params:
            yield _shown(each)


def _shown(parameter: Any) -> str:
    """An option by its longest name, an argument by its own; what it is, as its help says."""
    told = getattr(parameter, "help", None) or ""
    name = max(parameter.opts, key=len)
    if not name.startswith("-"):
        return load_catalogue().say("cli.argument_shown", told=told or name)
    return load_catalogue().say("cli.option_shown", name=name, told=told) if told else str(name)
