from pipelines.extract.explanations import typed_explanations


class Book:
    """Named cells of one sheet; `at` answers as a workbook does."""

    def __init__(self, cells):
        self.names = {name: ("退回清单", row, 0) for row, name in enumerate(cells)}
        self._cells = list(cells.values())

    def at(self, spot):
        return self._cells[spot[1]]


def said(text):
    return (text, "text", None) if text else (None, "blank", None)


def test_words_come_with_the_key_and_the_reason_beside_them_in_order():
    book = Book(
        {
            "explain__10": said("十"), "explain_key__10": said("k10"),
            "explain__2": said(" 二 "), "explain_key__2": said("k2"),
            "explain_reason__2": said("3=集中开展"),
        }
    )  # fmt: skip
    assert typed_explanations(book) == [
        {"key": "k2", "text": "二", "reason": "3=集中开展"},
        {"key": "k10", "text": "十", "reason": ""},
    ]


def test_blanks_words_without_a_key_formulas_and_other_names_are_passed_over():
    book = Book(
        {
            "explain__1": said(""), "explain_key__1": said("k1"),
            "explain__2": said("没有钥匙"),
            "explain__3": ("=1+1", "uncached", "1+1"), "explain_key__3": said("k3"),
            "explain__x": said("不是序号"), "explain_key__x": said("kx"),
        }
    )  # fmt: skip
    assert typed_explanations(book) == []
