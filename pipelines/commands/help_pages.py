"""The frame of a help page in Chinese: the library says it in English.

What a verb and its options do is said by `wording/help.yml` too; here it is usage and headings.
"""

from typing import Any

from typer.core import TyperCommand, TyperGroup

from models.loader import load_catalogue

HEADINGS = {
    "ARGUMENTS_PANEL_TITLE": "help_arguments",
    "OPTIONS_PANEL_TITLE": "help_options",
    "COMMANDS_PANEL_TITLE": "help_commands",
    "REQUIRED_LONG_STRING": "help_required",
    "DEFAULT_STRING": "help_default",
}
"""Name in the module that draws the page -> text of `wording/help.yml`."""
USAGE = {
    "Usage: ": "usage_usage",
    "[OPTIONS]": "usage_options",
    "COMMAND [ARGS]...": "usage_command",
}
"""What the library prints -> text of `wording/help.yml`."""


class _HelpPage:
    """Usage, headings and the option `--help` in the words of the catalogue."""

    def get_usage(self, ctx: Any) -> str:
        words = load_catalogue().wording["help"]
        usage: str = super().get_usage(ctx)  # type: ignore[misc]
        for english, key in USAGE.items():
            usage = usage.replace(english, words[key])
        return usage

    def get_help_option(self, ctx: Any) -> Any:
        option = super().get_help_option(ctx)  # type: ignore[misc]
        option.help = load_catalogue().wording["help"]["help_option"]
        return option

    def format_help(self, ctx: Any, formatter: Any) -> None:
        # Imported when a page is drawn: it brings the whole library that draws.
        from typer import rich_utils  # noqa: PLC0415

        words = load_catalogue().wording["help"]
        for name, key in HEADINGS.items():
            setattr(rich_utils, name, words[key])
        super().format_help(ctx, formatter)  # type: ignore[misc]


class HelpedCommand(_HelpPage, TyperCommand):
    """A verb with a Chinese help page."""


class HelpedGroup(_HelpPage, TyperGroup):
    """A group of verbs with a Chinese help page."""
