"""A number leads to cells of archived files, and another reader finds the same there."""

import random
import re
from collections import defaultdict
from io import BytesIO

import duckdb
import openpyxl
import pytest

from pipelines.build.compiled import computed_indicators
from pipelines.explaining import explain
from pipelines.receive.archive import place
from tests.flow.history.city import COUNTY, Q2, snapshot_of

pytestmark = pytest.mark.xdist_group("history")
ARITHMETIC = re.compile(r"[a-z0-9_ +\-*/().]+")


def opened(home, part):
    # By its bytes: archived files have no ending, and the other reader goes by endings.
    content = place(home.archive, part["file_sha256"]).read_bytes()
    return openpyxl.load_workbook(BytesIO(content), data_only=True)


def plain(catalogue):
    """Indicators that are sums of numbers over sums of numbers of this quarter."""
    return [
        each
        for each in computed_indicators(catalogue)
        if ARITHMETIC.fullmatch(each.numerator) and ARITHMETIC.fullmatch(each.denominator)
        and each.base == "reported"
        and not re.search(r"ytd\(|\w\.\w", f"{each.numerator} {each.denominator}")
        and all(
            catalogue.fields[name].entry.value != "formula"
            for name in re.findall(r"[a-z]\w+", f"{each.numerator} {each.denominator}")
        )
    ]  # fmt: skip


def test_random_numbers_lead_to_cells_that_another_reader_adds_up_to_the_same(published, catalogue):
    path, books, compared = snapshot_of(published), {}, 0
    chance = random.Random(5)  # noqa: S311 a sample that can be drawn again
    scopes = [COUNTY, f"{COUNTY}/township", f"{COUNTY}/county", "330700"]
    for indicator in chance.sample(plain(catalogue), 12):
        period = f"2026Q{chance.choice([q for q in indicator.quarters if q < 3] or [1])}"
        scope = chance.choice(scopes)
        with duckdb.connect(str(path), read_only=True) as con:
            known = con.execute(
                "SELECT numerator FROM marts.indicator_value WHERE indicator = ? AND scope_code = ?"
                " AND period = ? AND view = 'as_reported'",
                [indicator.id, scope, period],
            ).fetchall()
        if not known:
            continue
        found = explain(path, catalogue, indicator.id, scope, period)
        cells = defaultdict(dict)
        for part in found["parts"]:
            book = books.setdefault(part["file_sha256"], None) or opened(published, part)
            books[part["file_sha256"]] = book
            cells[part["unit_code"]][part["field"]] = book[part["sheet"]][part["cell"]].value
        top, bottom, used = added_up(indicator, cells)
        assert found["units_used"] == used, indicator.id
        if used:
            assert found["numerator"] == pytest.approx(top), indicator.id
            assert found["denominator"] == pytest.approx(bottom), indicator.id
            compared += 1
    assert compared >= 5


def added_up(indicator, cells):
    """(numerator, denominator, units) over what the cells say, unit by unit."""
    top = bottom = used = 0
    for said in cells.values():
        fields = {name: float(value) for name, value in said.items() if value is not None}
        try:
            sides = [eval(text, {}, fields) for text in (indicator.numerator,  # noqa: S307
                                                         indicator.denominator)]  # fmt: skip
        except NameError:
            continue
        if sides[1] > 0:
            top, bottom, used = top + sides[0], bottom + sides[1], used + 1
    return top, bottom, used


def test_every_matter_behind_a_number_is_a_row_of_an_archived_sheet(published, catalogue):
    found = explain(snapshot_of(published), catalogue, "COO01", COUNTY, Q2)
    books, due = {}, defaultdict(dict)
    for part in found["parts"]:
        books.setdefault(part["file_sha256"], None)
        book = books[part["file_sha256"]] or opened(published, part)
        books[part["file_sha256"]] = book
        due[part["matter_id"]][part["field"]] = (book[part["sheet"]][part["cell"]].value, part)
    counted = 0
    for cells in due.values():
        ended = [cells[name][0] for name in ("l3.due_on", "l3.closed_date")
                 if name in cells and cells[name][0]]  # fmt: skip
        status = str(cells["l3.matter_status"][0])[0] if "l3.matter_status" in cells else ""
        mirror = cells["l3.mirror_confirmed"][1]["value"] if "l3.mirror_confirmed" in cells else ""
        over = any(str(day)[:10] <= "2026-06-30" for day in ended)
        counted += over and status != "5" and mirror != "2"
    assert found["denominator"] == counted > 0


def test_a_cell_is_told_with_version_file_and_what_was_said_of_it(published, catalogue):
    with duckdb.connect(str(snapshot_of(published)), read_only=True) as con:
        rows = con.execute(
            "SELECT f.unit_code, f.period, f.field, f.rule, f.message FROM core.finding AS f"
            " JOIN core.submission AS s USING (submission_id)"
            " WHERE s.is_used AND f.line IS NULL AND f.field IN"
            " (SELECT field FROM marts.field_total) ORDER BY ALL"
        ).fetchall()
    unit, period, field, rule, message = rows[0]
    found = explain(snapshot_of(published), catalogue, field, unit, period)
    (part,) = found["parts"]
    assert {"rule": rule, "message": message} in [
        {key: each[key] for key in ("rule", "message")} for each in part["findings"]
    ]
    assert part["version"] == 1
    assert part["file_name"].startswith(("…", unit[:1]))
    assert part["received_at"].startswith("2026-")
