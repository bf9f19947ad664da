"""余缺对接建议 as a workbook that can be printed and handed round for people to decide on."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from models.catalogue_model import Catalogue
from pipelines.printed_list import PrintedList, write_list
from pipelines.proposals import counts, undecided

COLUMNS = {
    "resource": 8, "giver": 18, "has": 20, "taker": 18, "lacks": 24, "reach": 14, "status": 8,
    "by": 8, "why": 16, "proposal_id": 21,
}  # fmt: skip
"""Column -> width."""


def write_proposals(
    path: Path, catalogue: Catalogue, period: str, rows: Sequence[Mapping[str, Any]], at: datetime
) -> None:
    """Write the proposals; the same rows at the same hour are the same file."""
    say = catalogue.say
    notes = [say("cli.proposals_count", period=period, **counts(rows))]
    notes += [say("cli.proposals_next", proposal=each) for each in undecided(rows)[:1]]
    sheet = say("cli.proposals_sheet")
    heads = {name: (say(f"cli.proposals_column_{name}"), wide) for name, wide in COLUMNS.items()}
    texts = [_texts(catalogue, row) for row in rows]
    write_list(path, PrintedList(sheet, sheet, "\n".join(notes), heads, texts), at)


def _texts(catalogue: Catalogue, row: Mapping[str, Any]) -> dict[str, str]:
    texts = {name: str(row[name] or "") for name in COLUMNS}
    ends = {end: f"{row[end]}\n{row[f'{end}_code']}" for end in ("giver", "taker")}
    return {**texts, **ends, "status": catalogue.say(f"cli.proposal_status_{row['status']}")}
