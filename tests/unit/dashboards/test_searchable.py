"""Glyphs of a printed page lead to characters, not to the radicals that look like them."""

import re
from io import BytesIO

from pypdf import PdfReader, PdfWriter
from pypdf.generic import DecodedStreamObject, NameObject

from dashboards.searchable import searchable

TABLE = b"2 beginbfchar\n<01> <2F06>\n<02> <5E74>\nendbfchar\n1 beginbfrange\n<03> <04> <2ED3>\nend"


def tables(pdf):
    """What the last update of every object leads to."""
    pages = PdfReader(BytesIO(pdf)).pages
    return [page["/ToUnicode"].get_data() for page in pages]


def one_page(table):
    """A file whose page points to a table, its cross references written by pypdf."""
    writer = PdfWriter()
    page = writer.add_blank_page(100, 100)
    stream = DecodedStreamObject()
    stream.set_data(table)
    page[NameObject("/ToUnicode")] = writer._add_object(stream.flate_encode())
    out = BytesIO()
    writer.write(out)
    return re.sub(rb">>\nstream", rb">> stream", out.getvalue())


def test_radicals_become_characters_and_the_rest_stays():
    (table,) = tables(searchable(one_page(TABLE)))
    assert b"<01> <4E8C>" in table
    assert b"<02> <5E74>" in table
    assert b"<03> <04> [<957F> <95E8>]" in table


def test_a_file_without_radicals_is_left_as_it_is():
    pdf = one_page(b"1 beginbfchar\n<02> <5E74>\nendbfchar\n")
    assert searchable(pdf) == pdf


def test_what_is_added_stands_behind_the_old_file():
    pdf = one_page(TABLE)
    assert searchable(pdf).startswith(pdf)
