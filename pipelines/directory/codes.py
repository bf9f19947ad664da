"""New unit codes: place, level, the next serial number never used before, the check digit."""

from collections.abc import Iterable

from models.catalogue_model import Catalogue
from models.units import unit_code

LAST_SERIAL = 9999


class SerialsUsedUpError(Exception):
    """A place has no serial number left at this level; the message is the place."""


class Codes:
    """Every code that was ever given, and the next ones."""

    def __init__(self, given: Iterable[str]) -> None:
        self._given = set(given)
        self._last: dict[str, int] = {}
        for code in self._given:
            self._note(code)

    def __contains__(self, code: str) -> bool:
        return code in self._given

    def keep(self, code: str) -> None:
        """Note a code that someone else gave."""
        self._given.add(code)
        self._note(code)

    def next(self, catalogue: Catalogue, region: str, level: str) -> str:
        """A code nobody has had.

        Raises:
            SerialsUsedUpError: ten thousand units have been born at this place and level.
        """
        digit = catalogue.levels[level][0]
        serial = self._last.get(f"{region}{digit}", 0) + 1
        if serial > LAST_SERIAL:
            raise SerialsUsedUpError(region)
        code = unit_code(region, digit, serial)
        self.keep(code)
        return code

    def _note(self, code: str) -> None:
        place, serial = code[:7], int(code[7:11])
        self._last[place] = max(self._last.get(place, 0), serial)
