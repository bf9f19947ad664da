"""The short code of a published number."""

from dataclasses import replace

from models.citation import ALPHABET, Citation, code_of

RATE = Citation("2026Q3", "indicator", "COO01", "city", "330700", "value")


def test_a_code_is_seven_characters_that_nobody_misreads() -> None:
    code = code_of(RATE)
    assert len(code) == 7
    assert set(code) <= set(ALPHABET)
    assert not set("ILOU") & set(ALPHABET)


def test_a_code_never_changes_between_versions() -> None:
    assert code_of(RATE) == "XRWP0DQ"


def test_every_field_of_a_citation_changes_its_code() -> None:
    others = [
        replace(RATE, period="2026Q2"),
        replace(RATE, measure="field"),
        replace(RATE, name="COO02"),
        replace(RATE, scope_level="level"),
        replace(RATE, scope_code="330702"),
        replace(RATE, part="numerator"),
        replace(RATE, view="same_units"),
        replace(RATE, compare_to="2026Q2"),
    ]
    codes = {code_of(RATE), *(code_of(other) for other in others)}
    assert len(codes) == len(others) + 1


def test_ten_thousand_citations_do_not_collide() -> None:
    names = [replace(RATE, name=f"field_{number}") for number in range(10_000)]
    assert len({code_of(one) for one in names}) == len(names)
