"""From what a person typed to the name of something that has numbers."""

import unicodedata
from collections.abc import Iterator
from difflib import get_close_matches

from models.catalogue_model import Catalogue

NEAR = 3
"""So many names are offered for one that is not known."""


def known_names(catalogue: Catalogue) -> dict[str, str]:
    """Everything that has numbers of its own, with what it is called."""
    return {
        name: entry.zh
        for owner in (
            catalogue.fields, catalogue.profiles, catalogue.composites, catalogue.indicators,
        )
        for name, entry in owner.items()
    }  # fmt: skip


def as_name(catalogue: Catalogue, typed: str) -> str | None:
    """The name that was typed, in any case and width, or in Chinese; None if it is none.

    A count of a code is `field=code`; the code must be one of the field.
    """
    text = unicodedata.normalize("NFKC", typed).strip()
    head, equals, code = (each.strip() for each in text.partition("="))
    name = next(_meant(known_names(catalogue), head), None)
    if name is None or not equals:
        return name
    field = catalogue.fields.get(name)
    codes = catalogue.codes.get((field.enum if field else None) or "", {})
    return f"{name}={int(code)}" if code.isdecimal() and int(code) in codes else None


def _meant(known: dict[str, str], head: str) -> Iterator[str]:
    yield from (each for each in (head, head.upper(), head.lower()) if each in known)
    called = [name for name, zh in known.items() if unicodedata.normalize("NFKC", zh) == head]
    yield from called[-1:]  # an indicator before a field of the same name


def near_names(catalogue: Catalogue, typed: str) -> list[str]:
    """Names, with what they are called, that look like what was typed."""
    text = unicodedata.normalize("NFKC", typed).partition("=")[0].strip()
    known = known_names(catalogue)
    by_word = {zh: name for name, zh in known.items()}
    near = get_close_matches(text.upper(), [name for name in known if name.isupper()], NEAR)
    near += get_close_matches(text.lower(), list(known), NEAR)
    near += [by_word[zh] for zh in get_close_matches(text, list(by_word), NEAR)]
    return [f"{name} {known[name]}" for name in list(dict.fromkeys(near))[:NEAR]]
