"""How confirmation and check sheets (互认单、核实单) and their rows are told from workbooks.

Plain values without imports: the child that reads files starts with them.
"""

KIND_KEY = "kind"
CONFIRMATION = "confirmation"
ROW_MARK = "sanji-row:"
"""What stands in the first, hidden column of a row to be answered, before its number."""

ANSWER_COL, NOTE_COL = 10, 11
"""Where the answer and the note stand, counted from the column of the mark."""

MOST_ROWS, LONGEST = 5000, 4000
"""What is read of a file whoever wrote it; how many rows a sheet may have is the catalogue's."""

CHECK_MARK = "sanji-check:"
"""What stands in the first, hidden column of a row to be checked, before its number."""

FOUND_COL, EVIDENCE_COL = 6, 7
"""Where stands what was found, and on what evidence, counted from the column of the mark."""
