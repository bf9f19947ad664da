"""Numbers that people write in words: 百分之八十五点三, 十二家, 三成.

Words with a numeral that count nothing (三级联动, 第三季度, 一是) are none: a number in words is a
share, or stands before a measure word of the catalogue. What is no one number, such as 三四家 or
过半, is found and has no value.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cached_property
from itertools import pairwise

from models.spec.briefing import Spelling

MYRIAD = 10_000
TEN = 10


@dataclass(frozen=True)
class Spelled:
    """A number as it was written, what it comes to, and whether it is a share in per cent."""

    text: str
    value: Decimal | None
    is_share: bool = False


class Speller:
    """Reads numbers in words."""

    def __init__(self, spelling: Spelling) -> None:
        self.spelling = spelling

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        how = self.spelling
        letters = re.escape("".join([*how.digits, *how.scales]))
        units = "".join(name for name, scale in how.scales.items() if scale >= MYRIAD)
        number = f"(?![{units}])[{letters}]+(?:{how.point}[{letters}]+)?"  # 3万元 is in digits
        measures, vague, phrases = (
            "|".join(sorted(map(re.escape, each), key=len, reverse=True))
            for each in (how.measures, how.vague, how.phrases)
        )
        return re.compile(
            f"(?:{phrases})|(?P<vague>{vague})"
            f"|{how.percent}(?P<percent>{number})"
            f"|(?<![{letters}{how.ordinal}])(?P<tenths>{number}){how.tenth}(?P<half>{how.half})?"
            f"|(?<![{letters}{how.ordinal}])(?P<count>{number})(?:{measures})"
        )

    def found_in(self, text: str) -> Iterator[Spelled]:
        """Every number in words, in order."""
        for found in self._pattern.finditer(text):
            if found["percent"]:
                yield Spelled(found[0], self._value(found["percent"]), is_share=True)
            elif found["tenths"]:
                yield Spelled(found[0], self._tenths(found), is_share=True)
            elif found["vague"] or found["count"]:
                yield Spelled(found[0], self._value(found["count"] or ""))

    def read(self, text: str) -> Spelled:
        """A text that is one number, in digits or in words; without a value where it is none."""
        try:
            return Spelled(text, Decimal(text.replace(",", "")))
        except InvalidOperation:
            found = next((one for one in self.found_in(text) if one.text == text), None)
            return found or Spelled(text, self._value(text))

    def _tenths(self, found: re.Match[str]) -> Decimal | None:
        whole = self._value(found["tenths"])
        half = Decimal("0.5") if found["half"] else 0
        return None if whole is None else (whole + half) * TEN

    def _value(self, text: str) -> Decimal | None:
        before, point, after = text.partition(self.spelling.point)
        known = self.spelling.digits
        is_decimal = bool(after) and all(each in known for each in after)
        whole = self._whole(before, is_plain=is_decimal)
        if whole is None or (point and not is_decimal):
            return None
        return Decimal(f"{whole}.{''.join(str(known[each]) for each in after) or 0}")

    def _whole(self, text: str, *, is_plain: bool) -> int | None:
        """八十五 by its scales; 八五 by its places, and only before a point: 三四 is no number."""
        digits, scales = self.spelling.digits, self.spelling.scales
        if not text or any(each not in digits and each not in scales for each in text):
            return None
        if not any(each in scales for each in text):
            plain = "".join(str(digits[each]) for each in text)
            return int(plain) if is_plain or len(plain) == 1 else None
        if any(digits.get(one) and digits.get(two) for one, two in pairwise(text)):
            return None
        return self._scaled(text)

    def _scaled(self, text: str) -> int:
        total = section = digit = 0
        place = 1  # what a last digit without a scale counts: 一百二 is 120, 一百零二 is 102
        for each in text:
            scale = self.spelling.scales.get(each)
            if scale is None:
                digit = self.spelling.digits[each]
                place = place if digit else 1
            elif scale < MYRIAD:
                section, digit, place = section + (digit or 1) * scale, 0, scale // TEN
            else:
                small = total % scale  # of 一亿二千万 only the 二千 is counted in 万
                total += (small + section + digit or 1) * scale - small
                section, digit, place = 0, 0, scale // TEN
        return total + section + digit * place
