"""The receipt as files, its page and its JSON, each written whole; and what files are called."""

import json
import re
from pathlib import Path

from models.catalogue_model import Catalogue
from pipelines.reply.answer import Answer
from pipelines.reply.page import receipt_page
from pipelines.reply.returning import Returned

# What Windows or a folder does not take in a name, and what would turn the text around.
UNFIT = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069]')


def write_receipt(folder: Path, catalogue: Catalogue, answer: Answer) -> list[Path]:
    """Write the page and its JSON."""
    stem = receipt_name(catalogue, answer)
    text = json.dumps(answer.as_json(catalogue), ensure_ascii=False, indent=2) + "\n"
    return [
        _write(folder / f"{stem}.html", receipt_page(catalogue, answer)),
        _write(folder / f"{stem}.json", text),
    ]


def receipt_name(catalogue: Catalogue, answer: Answer) -> str:
    """The name of the receipt's files without the ending."""
    standing = answer.standing
    if standing is None:
        number = answer.came.receipt_id if answer.came else ""
        return fit(catalogue.say("reply.file_receipt_only", number=number))
    return fit(
        catalogue.say(
            "reply.file_receipt",
            unit_code=standing.unit.unit_code,
            unit_name=standing.unit.unit_name,
            period=standing.period,
            version=standing.version,
        )
    )


def returned_name(catalogue: Catalogue, returned: Returned) -> str:
    """The name of a returned workbook; one that was only checked has no version."""
    standing, unit = returned.standing, returned.unit
    return fit(
        catalogue.say(
            "reply.file_returned" if standing else "reply.file_checked",
            unit_code=unit.unit_code,
            unit_name=unit.unit_name,
            period=returned.issue.period,
            version=standing.version if standing else "",
        )
    )


def fit(name: str) -> str:
    """A file name that every system takes."""
    return UNFIT.sub("_", name)[:150].strip(" .")


def _write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.draft")
    draft.write_text(text, encoding="utf-8")
    draft.replace(path)
    return path
