"""`sanji doctor`: what is wrong with an installation, and what to do about it."""

import sqlite3
from collections.abc import Iterator

from pipelines.keeping import machine, made_again, packed, records_kept
from pipelines.keeping.trouble import Trouble, Visit, hint, problem
from pipelines.registry import DamagedRegistryError, meaning


def examine(visit: Visit) -> Iterator[Trouble]:
    """Look at everything; what cannot be asked is not asked. Nothing is changed."""
    for probe in machine.PROBES:
        yield from probe(visit)
    if not visit.home.registry.exists():
        yield hint("no_registry", home=visit.home.root)
        return
    for probe in (*records_kept.PROBES, *made_again.PROBES, *packed.PROBES):
        try:
            yield from probe(visit)
        except sqlite3.DatabaseError as error:
            path = visit.home.registry
            is_damaged = isinstance(meaning(error, path), DamagedRegistryError)
            name = "registry_damaged" if is_damaged else "registry_unasked"
            yield problem(name, path=path, seen=error)
            return


def count_probes() -> int:
    """How many things are looked at."""
    return sum(len(some.PROBES) for some in (machine, records_kept, made_again, packed))
