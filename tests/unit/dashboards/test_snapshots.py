import shutil

import pytest

from dashboards.snapshots import NothingPublishedError, Publications


def test_without_a_pointer_nothing_is_published(tmp_path):
    with pytest.raises(NothingPublishedError) as error:
        Publications(tmp_path).current()
    assert error.value.missing == tmp_path / "current"


def test_a_pointer_to_a_file_that_is_not_there_names_the_file(tmp_path):
    (tmp_path / "current").write_text("gone.duckdb")
    with pytest.raises(NothingPublishedError) as error:
        Publications(tmp_path).current()
    assert error.value.missing.name == "gone.duckdb"


def test_a_pointer_never_leads_out_of_its_folder(tmp_path, published):
    folder = tmp_path / "published"
    folder.mkdir()
    shutil.copy(published / "sample.duckdb", tmp_path / "other.duckdb")
    (folder / "current").write_text("../other.duckdb")
    with pytest.raises(NothingPublishedError):
        Publications(folder).current()


def test_the_next_request_after_a_publication_reads_the_new_snapshot(tmp_path, published):
    for name in ("one.duckdb", "two.duckdb"):
        shutil.copy(published / "sample.duckdb", tmp_path / name)
    publications = Publications(tmp_path)
    (tmp_path / "current").write_text("one.duckdb\n")
    first = publications.current()
    assert publications.current() is first
    (tmp_path / "current").write_text("two.duckdb\n")
    assert (first.name, publications.current().name) == ("one", "two")
    assert first.ask("select count(*) as n from core.period")["n"][0] == 5


def test_a_snapshot_knows_its_quarters_in_order_and_that_it_is_a_sample(snapshot):
    assert snapshot.periods == ("2025Q3", "2025Q4", "2026Q1", "2026Q2", "2026Q3")
    assert snapshot.is_sample
    assert snapshot.kinds["2026Q3"] == "draft"
