"""Regular expressions, in the part that both Python and DuckDB search with."""

import re

from models.expression.errors import NotInSqlError

IS_NUM = r"^\s*[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)\s*$"
IS_INT = r"^\s*[+-]?[0-9]+([.]0*)?\s*$"


def searchable(name: str, pattern: str) -> str:
    """Return a pattern without the look-around that DuckDB lacks; at its ends it is not needed.

    Raises:
        NotInSqlError: there is look-around elsewhere.
    """
    plain = re.sub(r"^\(\?<!\[([^]]+)\]\)", r"(^|[^\1])", pattern)
    plain = re.sub(r"\(\?!\[([^]]+)\]\)$", r"($|[^\1])", plain)
    if re.search(r"\(\?<?[!=]", plain):
        raise NotInSqlError(name, "the pattern looks around itself")
    return plain
