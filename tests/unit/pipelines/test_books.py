"""What the disk refuses of a workbook is told as of every other file."""

import errno

import openpyxl
import pytest

from pipelines.books import Book
from pipelines.keeping.told import told_of_disk


def test_a_book_makes_its_folder(tmp_path):
    path = tmp_path / "新" / "表.xlsx"
    with Book(path) as book:
        book.add_worksheet("甲").write(0, 0, "乙")
    assert openpyxl.load_workbook(path)["甲"]["A1"].value == "乙"


def test_a_text_of_a_book_is_neither_formula_nor_link(tmp_path):
    path = tmp_path / "表.xlsx"
    with Book(path) as book:
        book.add_worksheet("甲").write_row(0, 0, ["=1+1", "http://a.cn"])
    cells = openpyxl.load_workbook(path)["甲"][1]
    assert [(cell.data_type, cell.value, cell.hyperlink) for cell in cells] == [
        ("s", "=1+1", None), ("s", "http://a.cn", None),
    ]  # fmt: skip


def test_a_book_where_a_folder_is_says_that_a_file_is_wanted(tmp_path, catalogue):
    with pytest.raises(IsADirectoryError) as refused:
        Book(tmp_path)
    assert "这里要写文件名" in told_of_disk(catalogue, refused.value)


def test_what_the_disk_refuses_at_the_end_is_an_error_of_the_disk(tmp_path, catalogue):
    book = Book(tmp_path / "新" / "表.xlsx")
    book.add_worksheet("甲")
    (tmp_path / "新").rmdir()
    with pytest.raises(FileNotFoundError) as refused:
        book.close()
    assert "核对路径" in told_of_disk(catalogue, refused.value)


@pytest.mark.parametrize(
    ("number", "word"),
    [
        (errno.ENOTDIR, "已是文件"),
        (errno.EEXIST, "已是文件"),
        (errno.ENOENT, "核对路径"),
        (errno.EACCES, "权限"),
        (errno.EIO, "检查磁盘"),
    ],
)
def test_what_to_do_depends_on_what_the_disk_said(catalogue, number, word):
    assert word in told_of_disk(catalogue, OSError(number, "no", "表.xlsx"))
