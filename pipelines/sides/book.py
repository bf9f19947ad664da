"""双边核对清单 as a workbook that can be printed and sent to both units and their committees."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from models.catalogue_model import Catalogue
from pipelines.printed_list import PrintedList, write_list
from pipelines.sides.listing import Side, counts

COLUMNS = {
    "status": 9, "form": 9, "row_key": 14, "what": 16, "claimant": 18, "partner": 18, "place": 15,
    "claimed": 18, "answered": 20, "to_do": 28,
}  # fmt: skip
"""Column -> width."""


def write_sides(
    path: Path, catalogue: Catalogue, period: str, found: Sequence[Side], at: datetime
) -> None:
    """Write the list; the same rows at the same hour are the same file."""
    say = catalogue.say
    heads = {name: (say(f"sides.list_{name}"), wide) for name, wide in COLUMNS.items()}
    title = say("sides.list_title", period=period)
    rows = [{**vars(side), "row_key": side.claim.row_key} for side in found]
    note = counted(catalogue, found)
    write_list(path, PrintedList(say("sides.list_sheet"), title, note, heads, rows), at)


def counted(catalogue: Catalogue, found: Sequence[Side]) -> str:
    """How many rows of each form there are in each status."""
    return catalogue.say("sides.count_end").join(
        catalogue.say("sides.count", form=catalogue.say(f"sides.what_{form}"), **by_status)
        for form, by_status in counts(found).items()
    )
