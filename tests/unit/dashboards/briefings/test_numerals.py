"""Numbers in words: what they come to, and which words with a numeral in them are none."""

from decimal import Decimal

import pytest

from dashboards.briefings.numerals import Speller


@pytest.fixture(scope="module")
def speller(catalogue):
    return Speller(catalogue.briefing.spelling)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("百分之八十五点三", "85.3"),
        ("百分之百", "100"),
        ("百分之零点零五", "0.05"),
        ("三成", "30"),
        ("八成半", "85"),
        ("十二家", "12"),
        ("两个", "2"),
        ("二十名", "20"),
        ("一百零五项", "105"),
        ("一百二十件", "120"),
        ("一百二", "120"),
        ("两千三百零四份", "2304"),
        ("一万六千九百八十三名", "16983"),
        ("一万二", "12000"),
        ("三十二万零五百元", "320500"),
        ("一亿二千万元", "120000000"),
        ("三万亿元", "3000000000000"),
        ("八五点三", "85.3"),
        ("零", "0"),
        ("16,983", "16983"),
        ("85.30", "85.30"),
    ],
)
def test_a_number_in_words_is_read(text, value, speller):
    assert speller.read(text).value == Decimal(value)


@pytest.mark.parametrize(
    "text", ["三四家", "二三十家", "过半", "近三成", "许多", "", "八十五点", "点三"]
)
def test_what_is_no_one_number_has_no_value(text, speller):
    assert speller.read(text).value is None


def test_shares_are_told_from_counts(speller):
    found = list(speller.found_in("百分之八十五点三的单位、三成、十二家"))
    assert [(each.text, each.is_share) for each in found] == [
        ("百分之八十五点三", True), ("三成", True), ("十二家", False)
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "一是三级贯通率",
        "第三季度",
        "第十二次会议",
        "三会一课",
        "两个维护",
        "二〇二六年",
        "（一）三级联动",
        "另拨3万元、12.5亿元",
    ],
)
def test_words_that_count_nothing_are_no_numbers(text, speller):
    assert list(speller.found_in(text)) == []
