"""A number of a paper by an independent question to the marts."""

from decimal import ROUND_HALF_UP, Decimal

VALUE = """select {part} from marts.indicator_value where period = ? and scope_level = ?
and scope_code = ? and indicator = ? and view = 'as_reported'"""
TOTAL = """select total from marts.field_total where period = ? and scope_level = ?
and scope_code = ? and field = ? and view = 'as_reported'"""
CODED = """select units from marts.code_count where period = ? and scope_level = ?
and scope_code = ? and concat(field, '=', code) = ? and view = 'as_reported'"""
INDEX = """select {part} from marts.composite_value where period = ? and scope_level = ?
and scope_code = ? and composite = ? and view = 'as_reported'"""
SAME_UNITS = """select value_now, value_then from marts.indicator_change where period = ?
and scope_level = ? and scope_code = ? and indicator = ? and kind = 'year'"""


def asked(con, one):
    """The number by an independent question, or nothing where the briefing counts by itself."""
    keys = [one["period"], one["scope_level"], one["scope_code"]]
    if one["part"] in {"change", "target"}:
        return None
    if one["measure"] == "count":
        rows = con.execute(CODED, [*keys, one["name"]]).fetchall() if "=" in one["name"] else []
        return rows[0][0] if rows else None
    if one["measure"] == "field":
        if one["scope_level"] == "unit":
            return None
        rows = con.execute(TOTAL, [*keys, one["name"]]).fetchall()
    else:
        select = VALUE if one["measure"] == "indicator" else INDEX
        rows = con.execute(select.format(part=one["part"]), [*keys, one["name"]]).fetchall()
    assert len(rows) == 1, one
    return rows[0][0]


def half_up(value, places):
    return Decimal(repr(float(value))).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
