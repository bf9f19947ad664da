"""封面 (F0): who filled in the workbook, when, and what happened to the unit."""

from collections.abc import Mapping
from datetime import date

from models.units import UnitVersion
from pipelines.sample.turn import Turn

RENAMED, MOVED, FOUNDED = 1, 4, 6
LEVEL_CODES = {"city": 1, "county": 2, "township": 3}


def change(unit: UnitVersion, before: UnitVersion | None, *, is_founding: bool) -> int:
    """The unit's change of the quarter (本季机构变动), 0 if none."""
    if is_founding:
        return FOUNDED
    if before is None:
        return 0
    if unit.coord_parent_code != before.coord_parent_code:
        return MOVED
    return RENAMED if unit.unit_name != before.unit_name else 0


def fill(turn: Turn, filled_on: date) -> None:
    """Everything but the change of the quarter, which is settled first, and the note."""
    words, unit = turn.words["cover"], turn.unit
    marks = words["marks"]
    turn.now |= {
        "unit_code": unit.unit_code,
        "unit_name": unit.unit_name,
        "report_period": str(turn.period),
        "unit_level": LEVEL_CODES[unit.level],
        "party_org_type": unit.party_org_type,
        "county_code": unit.county_code,
        "template_version": None,
        "filler_name": words["filler"].format(mark=turn.lasting("filler").pick(marks)),
        "reviewer_name": words["reviewer"].format(mark=turn.lasting("reviewer").pick(marks)),
        "office_phone": words["phone"].format(number=turn.lasting("phone").whole(0, 9999)),
        "fill_date": filled_on,
        "signed_confirmed": 1,
    }


def note(turn: Turn, rules: list[str], notes: Mapping[object, str]) -> str | None:
    """A short word on the change, or on the first departure that has one (重大变化及核实说明)."""
    if turn.now["change_type"]:
        return notes[turn.now["change_type"]]
    known = [rule for rule in rules if rule in notes]
    speaks = known and turn.draw("note").chance(turn.words["cover"]["note_share"])
    return notes[known[0]] if speaks else None
