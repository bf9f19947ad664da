"""The linkage graph of a quarter: where each unit stands in it.

An edge goes from the unit that raised a matter to the one that confirmed it; joint building that
both sides accept goes both ways. Everything is counted, nothing drawn at random.
"""

from typing import TYPE_CHECKING, Any

import polars as pl

from models.catalogue_model import Catalogue

if TYPE_CHECKING:  # slow to import
    import networkx as nx

SCHEMA = {
    **dict.fromkeys(("period", "unit_code"), pl.String),
    **dict.fromkeys(("degree_out", "degree_in", "partners", "reciprocal_partners"), pl.Int32),
    "component": pl.String,
    "component_size": pl.Int32,
    **dict.fromkeys(("is_isolated", "through_link"), pl.Boolean),
}


def linkage(rows: pl.DataFrame, _: Catalogue) -> pl.DataFrame:
    """Return a row for every unit that owes a return.

    `rows` has every unit in the quarter's duty list, once for each unit it turned to (`to_code`,
    NULL where there is none): period, unit_code, level, county_code, owes, is_used.
    """
    graph = _graph(rows)
    components = _components(graph)
    chained = through_links(graph)
    owing = rows.filter(pl.col("owes")).unique("unit_code").sort("unit_code")
    found = [
        _place(graph, row, components[row["unit_code"]], is_chained=row["unit_code"] in chained)
        for row in owing.iter_rows(named=True)
    ]
    return pl.DataFrame(found, schema=SCHEMA, orient="row")


def _components(graph: "nx.DiGraph[str]") -> dict[str, tuple[str, int]]:
    """Unit -> the lowest code in its part of the graph, and how many units stand in that part."""
    from networkx import weakly_connected_components  # noqa: PLC0415 slow to import

    parts = weakly_connected_components(graph)
    return {code: (min(part), len(part)) for part in parts for code in part}


def _graph(rows: pl.DataFrame) -> "nx.DiGraph[str]":
    import networkx as nx  # noqa: PLC0415 slow to import

    graph: nx.DiGraph[str] = nx.DiGraph()
    for row in rows.sort("unit_code", "to_code").iter_rows(named=True):
        graph.add_node(row["unit_code"], level=row["level"], county=row["county_code"])
    for code, to in rows.select("unit_code", "to_code").drop_nulls().sort("unit_code").iter_rows():
        graph.add_edge(code, to)
    return graph


def _place(
    graph: "nx.DiGraph[str]", row: dict[str, Any], component: tuple[str, int], *, is_chained: bool
) -> dict[str, Any]:
    code = row["unit_code"]
    after, before = set(graph.successors(code)), set(graph.predecessors(code))
    name, size = component
    return {
        "period": row["period"],
        "unit_code": code,
        "degree_out": len(after),
        "degree_in": len(before),
        "partners": len(after | before),
        "reciprocal_partners": len(after & before),
        "component": name,
        "component_size": size,
        # Of a unit that sent nothing, and that nobody named, nothing is known.
        "is_isolated": not (after | before) if row["is_used"] or after | before else None,
        "through_link": is_chained,
    }


def through_links(graph: "nx.DiGraph[str]") -> set[str]:
    """The units on a chain from the city through a county's unit to a township of that county."""
    either_way = graph.to_undirected(as_view=True)
    found: set[str] = set()
    for code, county in graph.nodes(data="county"):
        if graph.nodes[code]["level"] != "county":
            continue
        above = {each for each in either_way[code] if graph.nodes[each]["level"] == "city"}
        below = {each for each in either_way[code] if _is_below(graph.nodes[each], county)}
        if above and below:
            found |= {code} | above | below
    return found


def _is_below(unit: dict[str, Any], county: str) -> bool:
    return bool(unit["level"] == "township" and unit["county"] == county)
