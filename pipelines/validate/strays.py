"""Findings about what stands in a file beside its cells, and about cells not taken as typed.

The rules are those `each: reading` in the catalogue; what falls under which of them is said in
`parameters.yml` (`reading`). The second opinion does not cover them: they are no statement about
values, but what reading itself saw.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

import polars as pl

from models.catalogue_model import Catalogue
from models.spec.form import FieldType
from pipelines.judging.batch import Batch
from pipelines.validate.findings import Finding
from pipelines.validate.shown import Shown

PARTNER, UNLISTED = "l3.counterpart_code", "unlisted"
UNREAD = ("error", "uncached", "conflict", "lossy")
Spot = tuple[str, str, int | None]


def reading_findings(batch: Batch, told: Collection[Finding]) -> list[Finding]:
    """What reading saw, of cells about which nothing is told yet."""
    said = {(each.submission_id, each.field, each.line) for each in told}
    writer = _Writer(batch.catalogue)
    rows = [
        *batch.asides.iter_rows(named=True),
        *_locked(batch),
        *_unread_texts(batch, said),
        *_ill_formed(batch, said),
        *_unlisted(batch),
    ]
    return [writer.finding(row) for row in rows if row["what"] in writer.rules]


def _locked(batch: Batch) -> Iterator[dict[str, Any]]:
    """Cells that the system owns, and that the file has otherwise."""
    changed = batch.values.filter(
        (pl.col("how") == "clean.as_issued")
        & (pl.col("kind") != "blank")
        & ~pl.col("field").is_in(_judged_as_typed(batch))
    )
    for row in changed.iter_rows(named=True):
        yield {**row, "what": "locked", "expected": row["plain"]}


def _judged_as_typed(batch: Batch) -> list[str]:
    """Openings that rules compare with last quarter's closing as the file has them."""
    columns = batch.submissions.columns
    return [name.removeprefix("typed__") for name in columns if name.startswith("typed__")]


def _unread_texts(batch: Batch, said: Collection[tuple[str, str | None, int | None]]) -> Any:
    """Cells of text that hold an error or what cannot be believed: other types have rules."""
    texts = [n for n, field in batch.catalogue.fields.items() if field.type is FieldType.TEXT]
    unread = batch.values.filter(
        pl.col("kind").is_in(UNREAD) & pl.col("text").is_null() & pl.col("field").is_in(texts)
    )
    for row in unread.iter_rows(named=True):
        if (row["submission_id"], row["field"], row["line"]) not in said:
            yield {**row, "what": "unread", "expected": None}


def _ill_formed(
    batch: Batch, said: Collection[tuple[str, str | None, int | None]]
) -> Iterator[dict[str, Any]]:
    """Texts longer or shorter than their field says, or of another pattern."""
    limited = {n: f for n, f in batch.catalogue.fields.items() if f.length or f.pattern}
    texts = batch.values.filter(pl.col("field").is_in(list(limited)) & pl.col("text").is_not_null())
    for row in texts.iter_rows(named=True):
        if (row["submission_id"], row["field"], row["line"]) in said:
            continue
        field = limited[row["field"]]
        shortest, longest = field.length or (0, len(row["text"]))
        if not shortest <= len(row["text"]) <= longest:
            yield {**row, "what": "length", "expected": f"{shortest}—{longest}"}
        elif field.pattern and not re.search(field.pattern, row["text"]):
            yield {**row, "what": "pattern", "expected": field.pattern}


def _unlisted(batch: Batch) -> Iterator[dict[str, Any]]:
    """Partners of matters that are not in the directory, with the units that may be meant."""
    if UNLISTED not in batch.catalogue.parameters["reading"]["findings"]:
        return  # a quarter published under a catalogue that did not ask
    typed = batch.values.filter((pl.col("field") == PARTNER) & pl.col("text").is_not_null())
    for row in typed.filter(~pl.col("text").is_in(list(batch.listed))).iter_rows(named=True):
        yield {**row, "what": UNLISTED, "expected": _meant(batch, row["text"])}


def _meant(batch: Batch, code: str) -> str:
    """The units near a code by their codes or by what stands beside it."""
    near = batch.partners.candidates(code, None) if batch.partners else []
    shown = int(batch.catalogue.parameters["matching"]["shown_candidates"])
    fills = [{"name": each.unit_name, "code": each.unit_code, "figure": ""} for each in near]
    said = [batch.catalogue.say("validate.unit", **each) for each in fills[:shown]]
    return "、".join(said) or batch.catalogue.say("validate.nobody_near")


class _Writer:
    """Writes findings by the words of the catalogue."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._shown = Shown(catalogue)
        self.rules = catalogue.parameters["reading"]["findings"]

    def finding(self, row: Mapping[str, Any]) -> Finding:
        """The finding about a row: what, where, typed, expected."""
        catalogue, rule = self._catalogue, self._catalogue.rules[self.rules[row["what"]]]
        field = catalogue.fields.get(row["field"] or "")
        value = self._shown.masked(row["typed"] or catalogue.say("validate.nothing"), field)
        expected = row["expected"]
        cell = row["cell"]
        text = rule.message.format(
            value=value,
            expected=expected or "",
            code=field.code if field else "",
            label=field.zh if field else "",
        )
        return Finding(
            submission_id=row["submission_id"],
            rule=rule.id,
            part=1,
            severity=rule.severity,
            form=field.form if field else row["form"],
            field=row["field"],
            sheet=row["sheet"],
            cell=cell,
            line=row["line"],
            value=value,
            expected=expected,
            message=f"{row['sheet']}!{cell} {text}" if cell else f"{row['sheet']} {text}",
            related=(),
        )
