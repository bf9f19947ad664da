"""Reading YAML so that a person's slip is caught: equal keys, codes like 0101, yes and no.

Plain PyYAML keeps the last of two equal keys, reads `0101` as 65 and `no` as False. Here the
first two are refused and only `true` and `false` are truth values.
"""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml


class CatalogueError(Exception):
    """The catalogue says something it must not; names file and line. Our fault, never a unit's."""


class _Strict(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """A SafeLoader, the fast one where it is built in, without YAML 1.1's surprises."""


_Strict.yaml_implicit_resolvers = {
    first: [pair for pair in pairs if not pair[0].endswith((":bool", ":int"))]
    for first, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Strict.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(true|false)$"), list("tf"))
_Strict.add_implicit_resolver(
    "tag:yaml.org,2002:int", re.compile(r"^-?[0-9]+$"), list("-0123456789")
)


def _mapping(loader: _Strict, node: yaml.MappingNode) -> dict[Any, Any]:
    seen: set[Any] = set()
    for key_node, _ in node.value:
        key = loader.construct_object(key_node, deep=True)
        if key in seen:
            raise CatalogueError(f"{place(node=key_node)}: the key `{key}` stands twice")
        seen.add(key)
    return {
        loader.construct_object(key, deep=True): loader.construct_object(value, deep=True)
        for key, value in node.value
    }


def _whole(loader: _Strict, node: yaml.ScalarNode) -> int:
    text = str(loader.construct_scalar(node))
    if re.match(r"^-?0[0-9]", text):
        raise CatalogueError(f"{place(node=node)}: `{text}` looks like a code, quote it")
    return int(text)


_Strict.add_constructor("tag:yaml.org,2002:map", _mapping)
_Strict.add_constructor("tag:yaml.org,2002:int", _whole)


def place(node: yaml.Node) -> str:
    """`file:line` of a node, as an editor understands it."""
    return f"{node.start_mark.name}:{node.start_mark.line + 1}"


def read(path: Path) -> tuple[Any, yaml.Node]:
    """Return what the file says and its node tree, which knows the lines.

    Raises:
        CatalogueError: the file is not YAML, or falls into one of the traps above.
    """
    with path.open(encoding="utf-8") as stream:
        loader = _Strict(stream)
        try:
            node = loader.get_single_node()
            if node is None:
                raise CatalogueError(f"{path}:1: the file is empty")
            return loader.construct_document(node), node
        except yaml.YAMLError as error:
            raise CatalogueError(f"{path}: {error}") from error
        finally:
            loader.dispose()


def line_of(node: yaml.Node, path: Sequence[str | int]) -> str:
    """`file:line` of the entry that a pydantic location points at, as deep as it exists."""
    for step in path:
        found = _child(node, step)
        if found is None:
            break
        node = found
    return place(node)


def _child(node: yaml.Node, step: str | int) -> yaml.Node | None:
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        found: yaml.Node = node.value[step]
        return found
    if isinstance(node, yaml.MappingNode):
        return next((value for key, value in node.value if key.value == str(step)), None)
    return None
