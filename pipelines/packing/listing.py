"""What a package says of itself to people: 说明, 目录 and the hashes for `sha256sum -c`."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from models.catalogue_model import Catalogue
from models.period import Period
from pipelines.keeping.repository import Held
from pipelines.packing.contents import Piece
from pipelines.packing.package import Packed
from pipelines.packing.tables import INDEX, write_table
from pipelines.quarter.reminding import period_zh

LINE_END = "\r\n"
"""The texts are opened in Notepad; `sha256sum` reads its own list with plain ends only."""


def write_readme(path: Path, catalogue: Catalogue, packed: Packed) -> None:
    """What this is, what is in it, and how it is verified."""
    say = catalogue.say
    folders = "、".join(packed.supersedes)
    text = say(
        "archive.readme",
        period=period_zh(catalogue, Period.parse(packed.period)),
        sample=say("archive.readme_sample") if packed.is_sample else "",
        at=f"{datetime.fromisoformat(packed.made_at):%Y-%m-%d %H:%M}",
        by=packed.by,
        why=packed.why,
        snapshot=packed.snapshot,
        published=f"{datetime.fromisoformat(packed.published_at):%Y-%m-%d %H:%M}",
        catalogue=packed.catalogue_hash[:12],
        supersedes=say("archive.readme_supersedes", folders=folders) if folders else "",
        returns=packed.returns,
    )
    path.write_text(f"{text}\n", encoding="utf-8-sig", newline=LINE_END)


def write_index(path: Path, catalogue: Catalogue, found: Iterable[tuple[Piece, Held]]) -> None:
    """Every file with the unit and version it is of, its size and its hash."""
    write_table(path, catalogue, "index", INDEX, _lines(catalogue, found))


def _lines(catalogue: Catalogue, found: Iterable[tuple[Piece, Held]]) -> Iterator[tuple[Any, ...]]:
    for piece, held in found:
        yield (
            catalogue.say(f"archive.{piece.part}"),
            catalogue.say(f"archive.what_{piece.what}"),
            piece.name,
            piece.unit_code,
            piece.unit_name,
            piece.version,
            piece.received_at,
            held.size,
            held.sha256,
        )


def write_sums(path: Path, files: Mapping[str, Held]) -> None:
    """The hashes in the form that `sha256sum -c` reads."""
    with path.open("w", encoding="utf-8", newline="\n") as stream:
        stream.writelines(f"{held.sha256}  {name}\n" for name, held in files.items())
