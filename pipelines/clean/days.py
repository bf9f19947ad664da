"""Dates in the forms that people write them; a serial number counts from a known day."""

import re
import unicodedata
from datetime import date, datetime, timedelta

from pipelines.clean.meaning import Meaning

DAY = re.compile(r"^([0-9]{4})([-/.年])([0-9]{1,2})([-/.月])([0-9]{1,2})日?$", re.ASCII)
IN_WORDS = re.compile(r"^(\w{4})年(\w{1,3})月(\w{1,3})日$")
RUN_TOGETHER = re.compile(r"^([0-9]{4})([0-9]{2})([0-9]{2})$", re.ASCII)
MIDNIGHT = re.compile(r"[ T]0?0:00(:00(\.0+)?)?$")
SERIAL_ZERO, SERIAL_ZERO_1904 = date(1899, 12, 30), date(1904, 1, 1)
SERIALS = range(61, 80_000)  # 1900-02-29 never was, so what is below 61 is ambiguous
EARLIEST = date(1900, 3, 1)
TEN = 10


def day(tidy: str, typed: str, kind: str) -> Meaning:
    """Read a date; `tidy` is the text without what cannot be seen."""
    if kind == "date":
        told = datetime.fromisoformat(typed).date()
        if told < EARLIEST:
            return Meaning(tidy)  # a small number that somebody formatted as a date
        return _as_day(told, None if typed == told.isoformat() else "date_form")
    if kind in {"number", "serial_1904"}:
        return _of_number(tidy, kind)
    bare = MIDNIGHT.sub("", tidy).replace(" ", "")
    told_in_text = _written(bare) or _in_words(bare) or _run_together(bare)
    if told_in_text is None:
        return Meaning(tidy)
    return _as_day(told_in_text, None if typed == told_in_text.isoformat() else "date_form")


def _as_day(told: date, how: str | None) -> Meaning:
    return Meaning(told.isoformat(), date=told, how=how)


def _of_number(tidy: str, kind: str) -> Meaning:
    """A serial number of days, or year, month and day run together."""
    whole = tidy.partition(".")[0]
    if not whole.isdecimal():
        return Meaning(tidy)
    if int(whole) in SERIALS:
        zero = SERIAL_ZERO_1904 if kind == "serial_1904" else SERIAL_ZERO
        return _as_day(zero + timedelta(days=int(whole)), "serial")
    told = _run_together(tidy)
    return Meaning(tidy) if told is None else _as_day(told, "date_form")


def _written(text: str) -> date | None:
    found = DAY.match(text)
    if found is None:
        return None
    same = found[2] == found[4] or found[2] + found[4] == "年月"
    return _date(found[1], found[3], found[5]) if same else None


def _run_together(text: str) -> date | None:
    found = RUN_TOGETHER.match(text)
    return _date(*found.groups()) if found and "19" <= text[:2] <= "20" else None


def _in_words(text: str) -> date | None:
    """二〇二六年三月五日: every sign is a number by itself."""
    found = IN_WORDS.match(text)
    if found is None:
        return None
    parts = [_number(part) for part in found.groups()]
    return None if None in parts else _date(*(str(part) for part in parts))


def _number(words: str) -> int | None:
    values = [int(unicodedata.numeric(sign, -1)) for sign in words]
    if any(not 0 <= value <= TEN for value in values):
        return None
    if TEN not in values:
        return int("".join(map(str, values)))
    at = values.index(TEN)
    before, after = values[:at] or [1], values[at + 1 :] or [0]
    if len(before) > 1 or len(after) > 1 or TEN in after:
        return None
    return before[0] * TEN + after[0]


def _date(year: str, month: str, day_: str) -> date | None:
    try:
        return date(int(year), int(month), int(day_))
    except ValueError:
        return None
