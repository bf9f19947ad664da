"""An edited paper read back: which of its numbers no longer agree with the snapshot."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from zipfile import BadZipFile

import docx
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml.ns import qn

from dashboards.briefings.found import Fact
from dashboards.briefings.outline import Paper
from dashboards.briefings.wordml import PERCENT, code_in

State = Literal["changed", "gone", "unknown"]
Origin = tuple[str, str, str, str]


class NotAPaperError(Exception):
    """The file is no Word file, or not one that was written here."""


@dataclass(frozen=True)
class Difference:
    """A number of an edited paper that is not what the snapshot says."""

    state: State
    code: str
    sentence: str
    expected: str
    seen: str
    context: str


def origin(path: Path) -> Origin:
    """The snapshot, quarter, kind and scope that a paper was made of.

    Raises:
        NotAPaperError: it does not say.
    """
    told = (_opened(path).core_properties.subject or "").split()
    if len(told) != 4:  # noqa: PLR2004 as many as document.py writes
        raise NotAPaperError(str(path))
    return told[0], told[1], told[2], told[3]


def _opened(path: Path) -> docx.document.Document:
    try:
        return docx.Document(str(path))
    except (PackageNotFoundError, BadZipFile, KeyError, ValueError) as error:
        raise NotAPaperError(str(path)) from error


def numbers_in(path: Path) -> Iterator[tuple[str, str, str]]:
    """Every number with a code: the code, what is printed, the paragraph it stands in."""
    body = _opened(path).element.body
    for control in body.iter(qn("w:sdt")):
        code = code_in(control)
        if code is None:
            continue
        printed = _text(control).strip().removesuffix(PERCENT)
        around = next(control.iterancestors(qn("w:p")), None)
        yield code, printed, _text(control if around is None else around)


def _text(element: docx.oxml.xmlchemy.BaseOxmlElement) -> str:
    return "".join(words.text or "" for words in element.iter(qn("w:t")))


def differences(path: Path, paper: Paper) -> list[Difference]:
    """What was changed, what is gone, what nobody knows; in the order of the file."""
    known = dict[str, tuple[str, Fact]]()
    owed: Counter[str] = Counter()
    for sentence, fact in paper.cited():
        known.setdefault(fact.code, (sentence, fact))
        owed[fact.code] += 1
    found: list[Difference] = []
    for code, printed, context in numbers_in(path):
        owed[code] -= 1
        found += _one(known, code, printed, context)
    gone = [code for code, count in owed.items() for _ in range(count) if code in known]
    return found + [_gone(known, code) for code in gone]


def _one(
    known: Mapping[str, tuple[str, Fact]], code: str, printed: str, context: str
) -> list[Difference]:
    if code not in known:
        return [Difference("unknown", code, "", "", printed, context)]
    sentence, fact = known[code]
    if printed == fact.printed:
        return []
    return [Difference("changed", code, sentence, fact.printed, printed, context)]


def _gone(known: Mapping[str, tuple[str, Fact]], code: str) -> Difference:
    sentence, fact = known[code]
    return Difference("gone", code, sentence, fact.printed, "", "")
