"""Directory workbooks as a clerk writes them, for tests: a small invented city of ten units."""

from copy import deepcopy
from datetime import date

import openpyxl

START = date(2020, 1, 1)
CENTRE, FIRST, SECOND = "330700100010", "330700100028", "330700100036"
EAST, EAST_ORGAN, EAST_TOWN = "330702200016", "330702200024", "330702300014"
WEST, WEST_ORGAN, WEST_TOWN = "330703200015", "330703200023", "330703300013"
EAST_OTHER = "330702200032"


def row(code, name, kind, county, parent, party, **more):
    """One row of the sheet of units."""
    base = {
        "unit_code": code,
        "unit_name": name,
        "unit_kind": kind,
        "county_code": county,
        "party_org_type": "党支部",
        "coord_parent_code": parent,
        "party_parent_code": party,
        "leading_system": "综合",
        "valid_from": START,
    }
    return {**base, **more}


def city(mark=""):
    """Ten units under two counties; `mark` is what a sample's names carry."""
    east, west = "330702 婺城区", "330703 金东区"
    return [
        row(CENTRE, f"虚构市直机关工委{mark}", "市直机关工委", "330700 金华市", None, "虚构市委"),
        row(FIRST, f"虚构一局{mark}", "市直单位", "330700 金华市", CENTRE, CENTRE),
        row(SECOND, f"虚构二局{mark}", "市直单位", "330700 金华市", CENTRE, CENTRE),
        row(EAST, f"虚构东工委{mark}", "县直机关工委", east, CENTRE, "虚构东县委"),
        row(EAST_ORGAN, f"虚构东一局{mark}", "县直单位", east, EAST, EAST),
        row(EAST_OTHER, f"虚构东二局{mark}", "县直单位", east, EAST, EAST),
        row(EAST_TOWN, f"虚构东镇机关{mark}", "乡镇(街道)机关", east, EAST, "虚构东镇党委"),
        row(WEST, f"虚构西工委{mark}", "县直机关工委", west, CENTRE, "虚构西县委"),
        row(WEST_ORGAN, f"虚构西一局{mark}", "县直单位", west, WEST, WEST),
        row(WEST_TOWN, f"虚构西镇机关{mark}", "乡镇(街道)机关", west, WEST, "虚构西镇党委"),
    ]


def changed(code, **cells):
    """The city with some cells of one unit's row changed."""
    rows = deepcopy(city())
    next(each for each in rows if each["unit_code"] == code).update(cells)
    return rows


def write(path, catalogue, rows=None, events=None, extra=()):
    """Write a workbook; a sheet whose rows are None is left out. Headers stand in row 3."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, some in (("sheet_units", rows), ("sheet_events", events)):
        if some is None:
            continue
        sheet = book.create_sheet(catalogue.say(f"directory.{name}"))
        columns = [*dict.fromkeys(column for each in some for column in each)]
        heads = [catalogue.say(f"directory.column_{column}") for column in columns]
        for _ in range(2):
            sheet.append(["名录"])
        sheet.append([*heads, *extra])
        for each in some:
            sheet.append([each.get(column) for column in columns])
    book.save(path)
    return path


def address(rows, code, column):
    """Where the cell of a unit stands in the workbook that `write` makes of these rows."""
    columns = [*dict.fromkeys(name for each in rows for name in each)]
    line = next(at for at, each in enumerate(rows, start=4) if each["unit_code"] == code)
    return f"{openpyxl.utils.get_column_letter(columns.index(column) + 1)}{line}"
