"""The verbs by name: shown without their modules, and a verb's module loaded when it is called.

Together the modules take seconds to load, and every call of `sanji` would wait for them.
"""

from collections.abc import Iterable, Mapping
from importlib import import_module
from typing import Any

import typer

from models.loader import load_catalogue
from pipelines.commands.help_pages import HelpedCommand, HelpedGroup
from pipelines.commands.misuse import said
from pipelines.commands.telling import Verb

SIGNED = {"by", "why"}
"""What stands under a decision; never blank."""
Modules = Mapping[str, str]
"""Module in this package -> the names of its verbs that stand in a group, as they are listed."""


class VerbGroup(HelpedGroup):
    """A group of verbs; what they say of themselves comes from `wording/help.yml`."""

    def __init__(self, name: str, modules: Modules, groups: Iterable["VerbGroup"] = ()) -> None:
        words = load_catalogue().wording["help"]
        self._words = words
        self._prefix = "" if name == "sanji" else f"{name}_"
        self._modules = {verb: module for module in modules for verb in modules[module].split()}
        shown = [HelpedCommand(verb, help=words[self._prefix + verb]) for verb in self._modules]
        super().__init__(
            name=name, commands=[*shown, *groups], no_args_is_help=True, help=words[name]
        )

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        """The verb named, to be called."""
        name, command, rest = super().resolve_command(ctx, args)
        if name in self._modules:
            command = self.loaded(name)
        return name, command, rest

    def loaded(self, name: str) -> Any:
        """A verb with its options."""
        app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
        app.command(name, cls=HelpedCommand)(self._verb(name).run)
        command = typer.main.get_command(app)
        command.help = self._words[self._prefix + name]
        for parameter in command.params:
            # A word of this verb's own goes before what the name means elsewhere.
            words = (f"{self._prefix}{name}_{parameter.name}", parameter.name)
            if hasattr(parameter, "help"):
                parameter.help = next((self._words[w] for w in words if w in self._words), None)
            if parameter.name in SIGNED:
                parameter.callback = said
        return command

    def _verb(self, name: str) -> Verb:
        module = import_module(f"pipelines.commands.{self._modules[name]}")
        found: Verb = next(verb for verb in module.VERBS if verb.name == name)
        return found
