from pathlib import Path

import pytest

from models.yaml_source import CatalogueError, read


def written(folder: Path, text: str) -> Path:
    path = folder / "entry.yml"
    path.write_text(text, encoding="utf-8")
    return path


def test_equal_keys_are_refused_with_file_and_line(tmp_path):
    path = written(tmp_path, "a: 1\nb: 2\na: 3\n")
    with pytest.raises(CatalogueError, match=r"entry\.yml:3: the key `a` stands twice"):
        read(path)


def test_a_code_that_looks_octal_is_refused(tmp_path):
    with pytest.raises(CatalogueError, match=r"entry\.yml:1: `0101` looks like a code"):
        read(written(tmp_path, "code: 0101\n"))


def test_yes_no_on_and_off_are_words(tmp_path):
    data, _ = read(written(tmp_path, "on: no\nrequired: yes\ntruth: true\n"))
    assert data == {"on": "no", "required": "yes", "truth": True}


def test_a_quoted_code_keeps_its_zeros(tmp_path):
    assert read(written(tmp_path, "code: '0101'\n"))[0] == {"code": "0101"}


def test_text_that_is_no_yaml_is_our_error(tmp_path):
    with pytest.raises(CatalogueError, match=r"entry\.yml"):
        read(written(tmp_path, "a: [1, 2\n"))
