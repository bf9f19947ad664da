"""A kept catalogue is read by a later program; where only its pages are strange, today's serve."""

from dataclasses import replace

import pytest

from models.loader import CATALOGUE_DIR, digest_of, read_sources
from pipelines.catalogues.kept import OtherProgramError, keep_catalogue, kept_catalogue
from pipelines.settings import Home


def kept(home, catalogue, name, text):
    """Keep a catalogue in which one file has this text; return its hash."""
    sources = {**read_sources(CATALOGUE_DIR), name: text.encode()}
    older = replace(catalogue, sources=sources, hash=digest_of(sources))
    keep_catalogue(home, older)
    return older.hash


def test_strange_papers_are_taken_as_they_are_today_and_the_catalogue_keeps_its_hash(
    catalogue, tmp_path
):
    home = Home(tmp_path)
    wanted = kept(home, catalogue, "briefing.yml", "unheard_of: 1\n")
    found = kept_catalogue(home, wanted)
    assert (found.hash, found.briefing) == (wanted, catalogue.briefing)
    assert found.indicators.keys() == catalogue.indicators.keys()


def test_a_strange_definition_is_told_with_its_file_and_nothing_is_put_in_its_place(
    catalogue, tmp_path
):
    home = Home(tmp_path)
    wanted = kept(home, catalogue, "structure.yml", "unheard_of: 1\n")
    with pytest.raises(OtherProgramError, match=rf"^{wanted[:12]}: structure.yml"):
        kept_catalogue(home, wanted)
