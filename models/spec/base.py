"""The base of every catalogue entry, and the words that several of them share."""

from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints


class Entry(BaseModel):
    """A catalogue entry: frozen, and strict about what it is given."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Level(StrEnum):
    """层级: the three levels of the system."""

    CITY = "city"
    COUNTY = "county"
    TOWNSHIP = "township"


Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
"""An English identifier: lower case, words joined by underscores."""

Zh = Annotated[str, StringConstraints(min_length=1)]
"""Chinese text that people see."""

Formula = Annotated[str, StringConstraints(min_length=1)]
"""Text in the expression language of `models.expression`."""

ALL_LEVELS = (Level.CITY, Level.COUNTY, Level.TOWNSHIP)
ALL_QUARTERS = (1, 2, 3, 4)
