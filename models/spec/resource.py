"""资源: which fields say what is held, shared, used and idle, and how spare meets need."""

from typing import Annotated, Any, Literal, Self

from pydantic import Field as Limit
from pydantic import model_validator

from models.spec.base import Entry, Formula, Name, Zh

Role = Literal["held", "shared", "used", "idle"]


class Measure(Entry):
    """One amount of a resource (在册, 共享, 使用, 闲置), a formula over the fields of a unit."""

    role: Role
    zh: Zh
    uom: Zh
    value: Formula


class Matching(Entry):
    """余缺对接: who has room to spare and who is in need, counted in units that can be served.

    `serves` is how many units one spare piece serves, `at_most` how many one giver is asked to
    serve. `short` is what a unit in need has of it, told by `now` beside `lacks`;
    catalogues recorded earlier have neither. With `pooled` set, no more is proposed in all than
    that formula leaves, summed over the city: what was offered is known unit by unit, what was
    taken only in sum.
    """

    spare: Formula
    need: Formula
    has: Zh
    lacks: Zh
    short: Formula | None = None
    now: Zh | None = None
    serves: Annotated[int, Limit(ge=1)] = 1
    at_most: Annotated[int, Limit(ge=1)]
    pooled: Formula | None = None


Side = Literal[Role, "spare", "need", "short", "pooled"]


class ResourceExample(Entry):
    """Given field values and what follows: amounts by role, `spare` and so on."""

    given: dict[str, Any]
    values: dict[Side, float | None]


class Resource(Entry):
    """A kind of resource; `code` is its code in `resource_type`."""

    id: Name
    zh: Zh
    code: int
    measures: Annotated[tuple[Measure, ...], Limit(min_length=1)]
    matching: Matching | None = None
    examples: Annotated[tuple[ResourceExample, ...], Limit(min_length=2)]

    @model_validator(mode="after")
    def _a_role_once(self) -> Self:
        roles = [measure.role for measure in self.measures]
        if len(roles) != len(set(roles)):
            raise ValueError(f"{self.id}: a role stands once")
        return self


class Reach(Entry):
    """A way between giver and taker that is allowed, and how far it counts; the nearest first."""

    id: Literal["same_county", "city_to_county", "county_to_city", "other_county"]
    zh: Zh
    distance: Annotated[int, Limit(ge=0)]


class Resources(Entry):
    """The file of resources: the kinds, and between whom they may be matched."""

    reaches: tuple[Reach, ...]
    resources: tuple[Resource, ...]
