"""A reviewer's remark on a cell: a finding that a person writes, beside those of the rules."""

from dataclasses import dataclass

import polars as pl
from sqlalchemy import Connection, delete, insert, select

from models.catalogue_model import Catalogue
from models.registry import finding, submission
from pipelines.extract.store import load_cells
from pipelines.settings import Home

COVER = "F0"
"""Its values are people's names and telephones: a remark on it does not repeat them."""


@dataclass(frozen=True)
class Remark:
    """The cell that a reviewer points at, as it was read."""

    sheet: str
    cell: str
    form: str
    field: str
    line: int | None
    value: str | None


def find_cell(home: Home, registry: Connection, submission_id: str, address: str) -> Remark | None:
    """The cell at `F1!C5` or `F1 组织与换届!C5` of a submission, None if there is none."""
    sheet, _, cell = address.rpartition("!")
    sha256 = registry.execute(
        select(submission.c.file_sha256).where(submission.c.submission_id == submission_id)
    ).scalar()
    found = load_cells(home.cells, [sha256] if sha256 else []).filter(
        pl.col("sheet").eq(sheet) | pl.col("sheet").str.starts_with(f"{sheet} "),
        pl.col("cell") == cell.upper().replace("$", ""),
    )
    if not sheet or found.is_empty():
        return None
    row = found.row(0, named=True)
    value = None if row["form"] == COVER else row["typed"]
    return Remark(row["sheet"], row["cell"], row["form"], row["field"], row["line"], value)


def add_remark(
    registry: Connection, catalogue: Catalogue, submission_id: str, remark: Remark, why: str
) -> None:
    """Put the remark among the findings of the submission."""
    said = catalogue.say(
        "campaign.remark",
        sheet=remark.sheet,
        cell=remark.cell,
        field=catalogue.fields[remark.field].zh,
        value=remark.value or catalogue.say("campaign.blank"),
        why=why,
    )
    rule = catalogue.campaign.remark
    registry.execute(
        insert(finding).values(
            submission_id=submission_id, rule=rule.rule, part=1, severity=rule.severity,
            message=said, related="", status="open", **vars(remark),
        )
    )  # fmt: skip


def remove_remarks(registry: Connection, catalogue: Catalogue, submission_id: str) -> None:
    """Take a reviewer's remarks on a submission back."""
    registry.execute(
        delete(finding).where(
            finding.c.submission_id == submission_id,
            finding.c.rule == catalogue.campaign.remark.rule,
        )
    )
