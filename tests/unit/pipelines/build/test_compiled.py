"""What stands in compiled models comes from the catalogue."""

import ast
from pathlib import Path

import pytest

import pipelines.build
from pipelines.build.compiled import compiled
from pipelines.build.run import read_model

FILES = sorted(Path(pipelines.build.__file__).parent.glob("*.py"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_no_chinese_text_stands_in_python(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    said = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    texts = [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in said
    ]
    assert [text for text in texts if any("一" <= sign <= "鿿" for sign in text)] == []


def test_every_compiled_model_has_a_title(catalogue):
    for table, text in compiled(catalogue).items():
        assert read_model(table, text).zh, table
