"""The linkage graph, against plain loops over pairs and a recursive query."""

import random

import pytest

from tests.unit.pipelines.build.marts_at_hand import Q, build, rows_of, warehouse

COUNTIES = ("330702", "330723")
REACHED = """
WITH RECURSIVE either AS (
    SELECT from_code AS a, to_code AS b FROM core.linkage
    UNION SELECT to_code, from_code FROM core.linkage
), reached AS (
    SELECT unit_code AS start, unit_code AS code FROM core.duty
    UNION
    SELECT reached.start, either.b FROM reached INNER JOIN either ON reached.code = either.a
)
SELECT start, min(code), count(*) FROM reached GROUP BY start
"""


def drawn_city(seed):
    """Units of three levels, and who turned to whom."""
    draw = random.Random(seed)  # noqa: S311
    units = [(f"C{n}", "city", "330700", True, True) for n in range(4)]
    for county in COUNTIES:
        units += [(f"{county}K{n}", "county", county, n > 0, draw.random() < 0.8)
                  for n in range(4)]  # fmt: skip
        units += [(f"{county}T{n}", "township", county, True, draw.random() < 0.8)
                  for n in range(3)]  # fmt: skip
    codes = [unit[0] for unit in units]
    edges = {tuple(draw.sample(codes, 2)) for _ in range(draw.randint(0, 22))}
    return units, edges


@pytest.fixture(params=range(12))
def city(request, catalogue):
    units, edges = drawn_city(request.param)
    con = warehouse(
        catalogue, units, "CREATE TABLE core.linkage (period VARCHAR, from_code VARCHAR,"
        " to_code VARCHAR, matters INTEGER, ties INTEGER)",
    )  # fmt: skip
    for start, end in edges:
        con.execute("INSERT INTO core.linkage VALUES (?, ?, ?, 1, 0)", [Q, start, end])
    build(con, catalogue, "core.scope", "marts.linkage_unit", "marts.linkage_scope")
    yield con, units, edges
    con.close()


def chains(units, edges):
    """(city unit, county unit, township of that county), linked one to the next, by loops."""
    linked = edges | {(end, start) for start, end in edges}
    return {
        (a[0], b[0], c[0])
        for a in units
        for b in units
        for c in units
        if (a[1], b[1], c[1]) == ("city", "county", "township") and b[2] == c[2]
        if (a[0], b[0]) in linked and (b[0], c[0]) in linked
    }


def test_degrees_partners_and_isolation_are_what_loops_count(city):
    con, units, edges = city
    found = rows_of(con, "marts.linkage_unit", "unit_code")
    assert set(found) == {(code,) for code, _, _, owes, _ in units if owes}
    for code, _, _, owes, used in units:
        if not owes:
            continue
        after = {end for start, end in edges if start == code}
        before = {start for start, end in edges if end == code}
        row = found[code,]
        assert (row["degree_out"], row["degree_in"]) == (len(after), len(before))
        assert row["partners"] == len(after | before)
        assert row["reciprocal_partners"] == len(after & before)
        expected = False if after | before else (True if used else None)
        assert row["is_isolated"] is expected


def test_components_are_what_a_recursive_query_reaches(city):
    con, _, _ = city
    reached = {start: (first, size) for start, first, size in con.execute(REACHED).fetchall()}
    for (code,), row in rows_of(con, "marts.linkage_unit", "unit_code").items():
        assert (row["component"], row["component_size"]) == reached[code]


def test_through_links_are_the_chains_that_loops_find(city):
    con, units, edges = city
    found = chains(units, edges)
    on_one = {code for chain in found for code in chain}
    rows = rows_of(con, "marts.linkage_unit", "unit_code")
    assert {code for (code,), row in rows.items() if row["through_link"]} == on_one & {
        code for (code,) in rows
    }
    owing = {code for code, _, _, owes, _ in units if owes}
    scope = rows_of(con, "marts.linkage_scope", "scope_level", "scope_code")
    assert scope["city", "330700"]["through_links"] == sum(b in owing for _, b, _ in found)


def test_pairs_and_their_reciprocity_are_counted_once_for_each_scope(city):
    con, units, edges = city
    pairs = {frozenset(edge) for edge in edges}
    both = {frozenset(edge) for edge in edges if edge[::-1] in edges}
    scopes = rows_of(con, "marts.linkage_scope", "scope_level", "scope_code")
    for county in COUNTIES:
        inside = {code for code, level, at, owes, _ in units if at == county and owes}
        row = scopes["county", county]
        assert row["links"] == sum(bool(pair & inside) for pair in pairs)
        assert row["reciprocal_links"] == sum(bool(pair & inside) for pair in both)
        assert row["units_expected"] == len(inside)


def test_joint_building_goes_both_ways_and_one_that_either_disputes_goes_none(catalogue):
    units = [(code, "city", "330700", True, True) for code in "ABCDEF"]
    con = warehouse(
        catalogue, units,
        """
        CREATE TABLE core.matter AS SELECT '2026Q2' AS period, * FROM (VALUES
            ('A', 'B', 1, 2), ('E', 'F', 1, 5), ('F', 'F', 1, 2)
        ) AS matter (initiator_code, counterpart_code, mirror_confirmed, matter_status);
        CREATE TABLE marts.tie AS SELECT '2026Q2' AS period, * FROM (VALUES
            ('A', 'B', 4, true, true, 'confirmed'), ('B', 'A', 4, true, true, 'confirmed'),
            ('C', 'D', 5, true, false, 'disputed'), ('D', 'C', 5, true, true, 'confirmed'),
            ('A', 'C', 5, true, true, 'confirmed'), ('B', 'C', 4, false, true, 'confirmed'),
            ('A', 'E', 1, true, true, 'confirmed'), ('A', 'Z', 4, true, true, 'confirmed')
        ) AS tie (unit_code, partner_unit_code, pair_type, is_active, is_confirmed, mirror_status);
        """,
    )  # fmt: skip
    build(con, catalogue, "core.linkage")
    found = rows_of(con, "core.linkage", "from_code", "to_code")
    con.close()
    assert {pair: (row["matters"], row["ties"]) for pair, row in found.items()} == {
        ("A", "B"): (1, 1), ("B", "A"): (0, 1),
        # C confirmed on a sheet what it does not list.
        ("A", "C"): (0, 1), ("C", "A"): (0, 1),
    }  # fmt: skip
