from datetime import datetime

from dashboards import pictures
from dashboards.charts import prepare
from dashboards.wording import speaker

NOW = datetime(2026, 10, 9, 8, 30)


def test_the_picture_carries_headline_method_and_coverage(ask):
    prepared = prepare("D1-2", ask())
    texts = [note["text"] for note in pictures.framed(prepared)["layout"]["annotations"]]
    assert f"<b>{prepared.headline}</b>" in texts
    assert prepared.entry.method in texts
    assert prepared.coverage in texts


def test_framing_leaves_the_figure_of_the_page_as_it_was(ask):
    prepared = prepare("D1-2", ask())
    before = len(prepared.figure["layout"]["annotations"])
    pictures.framed(prepared)
    assert len(prepared.figure["layout"]["annotations"]) == before


def test_without_a_browser_the_workbooks_are_written_and_one_line_says_why(
    published, catalogue, tmp_path, monkeypatch
):
    monkeypatch.setenv("BROWSER_PATH", str(tmp_path / "none"))
    told = []
    (made,) = pictures.export_charts(
        published / "sample.duckdb", tmp_path, catalogue, NOW, wanted=["D1-2"], told=told.append
    )
    assert told == [speaker(catalogue)("no_browser")]
    assert (made.png, made.svg) == (None, None)
    assert made.xlsx.stat().st_size > 0
