"""An edited paper read back: which of its numbers no longer agree with the snapshot."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Literal
from unicodedata import normalize
from zipfile import BadZipFile

import docx
from docx.document import Document
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml.ns import qn

from dashboards.briefings.directions import turned_in
from dashboards.briefings.found import Fact
from dashboards.briefings.native_charts import plotted
from dashboards.briefings.numerals import Speller
from dashboards.briefings.paper import Located, Paper
from dashboards.briefings.values_back import plotted_in, text_of, untied_in
from dashboards.briefings.wordml import PERCENT, code_in
from models.spec.briefing import Spelling

State = Literal["changed", "turned", "gone", "unknown", "chart_gone", "untied"]
Origin = tuple[str, str, str, str]
TOLERANCE = 1e-4
SHARES = ("without:", "sampled:error_rate", "sampled:low", "sampled:high")
"""Of what is counted, these are told in per cent."""


class NotAPaperError(Exception):
    """The file is no Word file, or not one that was written here."""


@dataclass(frozen=True)
class Difference:
    """A number of an edited paper that is not what the snapshot says, or that nobody can check.

    One that is `turned` is right, and the words around it say that it went the other way.
    """

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


def _opened(path: Path) -> Document:
    try:
        return docx.Document(str(path))
    except (PackageNotFoundError, BadZipFile, KeyError, ValueError) as error:
        raise NotAPaperError(str(path)) from error


def numbers_in(path: Path) -> Iterator[tuple[str, str, str]]:
    """Every number with a code: the code, what is printed, the paragraph it stands in."""
    return _numbers(_opened(path))


def _numbers(document: Document) -> Iterator[tuple[str, str, str]]:
    for control in document.element.body.iter(qn("w:sdt")):
        code = code_in(control)
        if code is None:
            continue
        printed = text_of(control).strip().removesuffix(PERCENT)
        around = next(control.iterancestors(qn("w:p")), None)
        yield code, printed, text_of(control if around is None else around)


def differences(path: Path, paper: Paper, written: bytes, spelling: Spelling) -> list[Difference]:
    """What was changed, turned, gone, unknown, or typed in without a code.

    `written` is the paper unedited.
    """
    edited, speller = _opened(path), Speller(spelling)
    own = docx.Document(BytesIO(written))
    untied = untied_in(edited, own, speller)
    places = {one.fact.code: one.where for one in reversed([*paper.in_text()])}
    return [
        *_in_text(edited, paper, speller),
        *(
            Difference("turned", code, places.get(code, ""), expected, seen, context)
            for code, expected, seen, context in turned_in(edited, own, spelling)
        ),
        *_in_charts(edited, paper),
        *(Difference("untied", "", "", "", seen, context) for seen, context in untied),
    ]


def _in_text(edited: Document, paper: Paper, speller: Speller) -> Iterator[Difference]:
    known = dict[str, list[Located]]()
    for one in paper.in_text():
        known.setdefault(one.fact.code, []).append(one)
    owed = Counter({code: len(places) for code, places in known.items()})
    for code, printed, context in _numbers(edited):
        owed[code] -= 1
        places = known.get(code)
        if places is None:
            yield Difference("unknown", code, "", "", printed, context)
        elif not any(_says(printed, one.fact, speller) for one in places):
            yield _changed(places[0], printed, context)
    for code, count in owed.items():
        yield from (_gone(known[code][0]) for _ in range(count))


def _says(text: str, fact: Fact, speller: Speller) -> bool:
    """Whether a text is the number as it was printed, be it in words or in full-width digits."""
    if text == fact.printed:
        return True
    seen, expected = (speller.read(normalize("NFKC", each)) for each in (text, fact.printed))
    if seen.value is None or (seen.is_share and not _is_rate(fact)):
        return False
    return seen.value == expected.value


def _is_rate(fact: Fact) -> bool:
    cited = fact.citation
    counted = cited.measure in {"field", "count"} and not cited.name.startswith(SHARES)
    return not counted and cited.part not in {"numerator", "denominator"}


def _in_charts(edited: Document, paper: Paper) -> Iterator[Difference]:
    """A chart's numbers are known by their place in it: the series and the category."""
    found = plotted_in(edited, {one.title: one.prepared.entry.id for one in paper.figures})
    for drawn in paper.figures:
        chart = drawn.prepared.entry.id
        if drawn.native is None:
            continue
        if chart not in found:
            yield Difference("chart_gone", chart, drawn.title, "", "", "")
            continue
        seen = found[chart]
        places = {
            (line, place): fact
            for line, (_, facts) in enumerate(drawn.native.series)
            for place, fact in enumerate(facts)
        }
        labels = {one.fact.code: one for one in drawn.located()}
        for key in sorted({*places, *seen}):
            fact = places.get(key)
            if not _agree(fact, seen.get(key)):
                yield _redrawn(drawn.title, labels[fact.code] if fact else None, seen.get(key))


def _agree(fact: Fact | None, seen: float | None) -> bool:
    expected = plotted(fact)
    if expected is None or seen is None:
        return expected is None and seen is None
    return abs(expected - seen) <= TOLERANCE


def _redrawn(title: str, one: Located | None, seen: float | None) -> Difference:
    if one is None:
        return Difference("untied", "", "", "", f"{seen:g}", title)
    if seen is None:
        return _gone(one)
    return _changed(one, f"{seen:g}", title)


def _changed(one: Located, seen: str, context: str) -> Difference:
    return Difference("changed", one.fact.code, one.where, one.fact.printed, seen, context)


def _gone(one: Located) -> Difference:
    return Difference("gone", one.fact.code, one.where, one.fact.printed, "", "")
