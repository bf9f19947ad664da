from dashboards import definitions
from dashboards.charts import charts, entry_of
from dashboards.wording import speaker
from models.loader import load_catalogue


def test_a_formula_of_plain_arithmetic_is_read_out_in_chinese(catalogue):
    text = definitions.formula_text(catalogue.indicators["COO03"], catalogue, speaker(catalogue))
    assert "上级反馈问题·本季整改销号÷（" in text
    assert text.endswith("×100")


def test_a_formula_that_needs_more_than_arithmetic_is_left_out(catalogue):
    say = speaker(catalogue)
    assert definitions.formula_text(catalogue.indicators["COO01"], catalogue, say) is None


def test_a_band_names_both_of_its_ends(catalogue):
    text = definitions.target_text(catalogue.indicators["CAD01"], speaker(catalogue))
    assert text == "目标：1至2%"


def test_every_chart_explains_at_least_its_indicators_without_a_latin_word(catalogue):
    say = speaker(catalogue)
    for chart in charts(load_catalogue()):
        entry = entry_of(catalogue, chart)
        told = definitions.definition(entry, catalogue, say)
        wanted = [name for name in entry.shows if name in catalogue.indicators]
        assert len(told) == len(wanted)
        assert not any(definitions.LATIN.search(line) for _, lines in told for line in lines)
