"""When a number counts as having moved."""

from models.spec.briefing import BriefingLimits, Number


def direction(
    moved: float,
    number: Number,
    limits: BriefingLimits,
    base: float | None = None,
    base_then: float | None = None,
) -> int:
    """Up, down, or about the same: a rate moves by a point or more, and on enough cases."""
    if number.source in {"indicator", "composite"}:
        bases = [each for each in (base, base_then) if each is not None]
        few = any(each < limits.moved_denominator for each in bases)
        if few or abs(moved) < limits.moved_points:
            return 0
    return (moved > 0) - (moved < 0)
