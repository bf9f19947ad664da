"""Who asks: the rights of a reader, applied where questions are put and nowhere else."""

from dataclasses import dataclass
from typing import Literal

Role = Literal["city", "county", "unit", "reviewer"]


@dataclass(frozen=True)
class Reader:
    """A reader and what it may see; None means no limit.

    A limit on counties also hides the units of other counties; 市直 counts as the county of the
    city's own code.
    """

    role: Role
    counties: frozenset[str] | None = None
    units: frozenset[str] | None = None

    def may_see_county(self, county_code: str) -> bool:
        return self.counties is None or county_code in self.counties

    def may_see_unit(self, unit_code: str, county_code: str) -> bool:
        return self.may_see_county(county_code) and (self.units is None or unit_code in self.units)

    def may_see_total(self, county_code: str) -> bool:
        """Sums over a county are for its committee: of two units each could reckon the other."""
        return self.units is None and self.may_see_county(county_code)

    @property
    def has_limits(self) -> bool:
        return self.counties is not None or self.units is not None

    @property
    def sees_small_groups(self) -> bool:
        """Only reviewers see counts that describe a few persons."""
        return self.role == "reviewer"


CITY = Reader("city")
"""The working committee of the city: all counties and units, small groups hidden."""
