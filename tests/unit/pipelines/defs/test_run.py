"""Where the history of runs is, for the command line and for the pages alike."""

import subprocess

import pytest
from dotenv import dotenv_values

from pipelines.settings import CHECKOUT


@pytest.fixture
def written(tmp_path):
    """The .env that setup writes, as the scheduler's pages read it."""
    script = (CHECKOUT / "setup.sh").read_text(encoding="utf-8")
    written = script[script.index("cat >.env") :].partition("\nEND\n")[0] + "\nEND\n"
    subprocess.run(["/bin/sh", "-c", written], cwd=tmp_path, check=True)  # noqa: S603 our own
    return tmp_path


@pytest.mark.parametrize("elsewhere", [None, "/srv/三级通"])
def test_the_pages_show_the_history_of_the_home_in_force(written, monkeypatch, elsewhere):
    if elsewhere:
        monkeypatch.setenv("SANJI_HOME", elsewhere)
    else:
        monkeypatch.delenv("SANJI_HOME", raising=False)
    told = dotenv_values(written / ".env")
    assert told["DAGSTER_HOME"] == str(written)
    assert told["SANJI_DAGSTER"] == f"{elsewhere or written / 'data'}/dagster"
