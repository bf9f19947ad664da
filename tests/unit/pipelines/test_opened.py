"""A file that an earlier version made says so in one line, whatever verb asks for more."""

from datetime import datetime

import duckdb
import pytest

from pipelines.opened import OlderFileError, opened

SNAPSHOT = "CREATE TABLE core.snapshot AS SELECT ?::TIMESTAMP AS made_at, ? AS catalogue_hash"


@pytest.fixture
def older(tmp_path):
    path = tmp_path / "final-1.duckdb"
    with duckdb.connect(str(path)) as con:
        con.execute("CREATE SCHEMA core")
        con.execute(SNAPSHOT, [datetime(2026, 4, 2, 9), "abcdef0123456789"])
        con.execute("CREATE TABLE core.proposal AS SELECT 1 AS spare")
    return path


@pytest.mark.parametrize(
    ("asked", "lacks"),
    [
        ("SELECT is_supported FROM core.proposal", "is_supported"),
        ("SELECT p.is_supported FROM core.proposal AS p", "is_supported"),
        ("SELECT * FROM core.definition", "definition"),
        ("SELECT * FROM marts.matter", "marts.matter"),
    ],
)
def test_what_is_lacking_is_named_with_the_version_that_made_the_file(older, asked, lacks):
    said = f"final-1.duckdb 2026-04-02 09:00 abcdef012345 {lacks}$"
    with pytest.raises(OlderFileError, match=said), opened(older) as con:
        con.execute(asked)


def test_a_question_that_is_wrong_in_itself_is_no_matter_of_age(older):
    with pytest.raises(duckdb.BinderException), opened(older) as con:
        con.execute("SELECT sum(sum(spare)) FROM core.proposal")
