"""Which way an edited paper says that a number went: 提高 or 下降, in words.

A word belongs to the coded number of its own clause, or to the one before it where its clause has
none (按时报送率96.0%，与上季度基本持平). Only what the unedited paper says of that number is
compared: a word beside a number of which it says nothing is left to people.
"""

import re
from collections.abc import Iterator
from typing import Any

from docx.document import Document
from docx.oxml.ns import qn

from dashboards.briefings.wordml import code_in
from models.spec.briefing import Spelling

Said = tuple[str, str, str]
"""The code of a number, the words that its clause says of it, the clause."""
STOP = re.compile("([，。；：！？\n])")


def turned_in(
    edited: Document, written: Document, spelling: Spelling
) -> Iterator[tuple[str, str, str, str]]:
    """(Code, what it should say, what it says, clause) of every number turned round."""
    signs = {word: sign for sign, words in spelling.directions.items() for word in words}
    expected: dict[str, list[str]] = {}
    for code, words, _ in _said(written, signs):
        expected.setdefault(code, []).append(words)
    for code, words, context in _said(edited, signs):
        known = expected.get(code, [])
        own = {signs[word] for told in known for word in told.split()}
        if own and own.isdisjoint(signs[word] for word in words.split()):
            yield code, known[0].split()[0], words.split()[0], context


def _said(document: Document, signs: dict[str, int]) -> Iterator[Said]:
    for paragraph in document.element.body.iter(qn("w:p")):
        code = ""
        for text, codes in _clauses(paragraph):
            code = codes[-1] if codes else code
            found = [word for word in signs if word in text]
            if code and found:
                yield code, " ".join(found), text


def _clauses(paragraph: Any) -> Iterator[tuple[str, list[str]]]:
    """The text of each clause, and the codes of its numbers."""
    text, codes = "", list[str]()
    for piece, code in _pieces(paragraph):
        for part in STOP.split(piece):
            if STOP.fullmatch(part):
                yield text, codes
                text, codes = "", []
            else:
                text += part
        codes += [code] if code else []
    yield text, codes


def _pieces(paragraph: Any) -> Iterator[tuple[str, str | None]]:
    """The words of a paragraph in order; a coded number as its code."""
    for word in paragraph.iter(qn("w:t")):
        codes = [code for control in word.iterancestors(qn("w:sdt")) if (code := code_in(control))]
        yield (word.text or ""), codes[0] if codes else None
