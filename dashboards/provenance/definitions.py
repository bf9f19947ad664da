"""How an indicator was defined in the quarter that is asked of, and whether it still is so."""

from dataclasses import replace
from typing import Any

from dashboards.defined import TABLE, is_todays, with_entries
from dashboards.provenance.asked import Asked

HELD = """
    SELECT 1 FROM information_schema.tables
    WHERE table_schema || '.' || table_name = $table
"""
ENTRIES = f"SELECT indicator, entry, catalogue_hash FROM {TABLE} WHERE period = $period"  # noqa: S608
OWN = f"""
    SELECT catalogue_hash, formula, mark FROM {TABLE}
    WHERE period = $period AND indicator = $name
"""  # noqa: S608


def defined_then(asked: Asked, name: str) -> tuple[Asked, dict[str, Any]]:
    """The question under the definitions of its quarter, and what is told of this definition.

    The formula then stands also where this program cannot read the entry any more. A snapshot made
    before definitions were kept says nothing of them.
    """
    if not asked.rows(HELD, table=TABLE):
        return asked, {}
    then = replace(asked, catalogue=with_entries(asked.catalogue, asked.rows(ENTRIES)))
    rows = asked.rows(OWN, name=name)
    if not rows:
        return then, {}
    catalogue_hash, formula, mark = rows[0]
    told = {
        "catalogue_hash": catalogue_hash,
        "is_todays": is_todays(asked.catalogue, name, mark),
    }
    return then, {"definition": told, "formula": formula}
