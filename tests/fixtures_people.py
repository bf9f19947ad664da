"""Persons, meetings and appraisals of the synthetic snapshot, drawn on their own."""

import numpy as np
import polars as pl

from models.loader import load_catalogue

MEANS = {
    "cadre_ft_age_u35": 0.5, "cadre_ft_age_36_40": 0.4, "cadre_ft_age_41_50": 0.7,
    "cadre_ft_age_51p": 0.2,
    "cadre_ft_ten_u3": 0.5, "cadre_ft_ten_3_5": 0.4, "cadre_ft_ten_5_10": 0.5,
    "cadre_ft_ten_10p": 0.1,
    "cadre_ft_open": 2.0, "cadre_ft_added": 0.3, "cadre_ft_left": 0.3, "cadre_ft_close": 2.0,
    "cadre_pt_total": 6.0, "cadre_rotated_in": 0.2, "cadre_rotated_out": 0.2,
    "cadre_ft_two_terms": 0.1,
    "assess_good": 8.0, "assess_fair": 5.0, "assess_general": 1.0, "assess_poor": 0.1,
    "appraisal_excellent": 12.0, "appraisal_qualified": 40.0, "appraisal_basic": 0.2,
    "appraisal_unqualified": 0.05,
    "branch_close": 6.0, "branch_7plus_count": 4.0, "party_group_count": 5.0,
}  # fmt: skip
HELD = {
    "branch_meet_ok": ("branch_close", 0.97),
    "committee_meet_ok": ("branch_7plus_count", 0.9),
    "group_meet_ok": ("party_group_count", 0.85),
    "theme_day_ok": ("branch_close", 0.93),
}
FIVE_TYPES = ("learning", "service", "innovation", "efficiency", "integrity")
KEYS = ("period", "unit_code", "level", "unit_kind", "county_code", "is_used")


def people_of(keys: pl.DataFrame) -> pl.DataFrame:
    """One row a unit and field, where its level is asked."""
    rng = np.random.default_rng(11)
    said = {name: rng.poisson(mean, keys.height) for name, mean in MEANS.items()}
    said["branch_close"] = said["branch_close"] + said["branch_7plus_count"] + 1
    said |= {name: rng.binomial(said[of], part) for name, (of, part) in HELD.items()}
    said["branch_7plus_no_committee"] = np.zeros(keys.height, dtype=int)
    for name in FIVE_TYPES:
        said[f"fivetype_{name}"] = rng.choice([0, 1, 2, 3], keys.height, p=[0.1, 0.3, 0.4, 0.2])
    fields = load_catalogue().fields
    return pl.concat(
        keys.select(KEYS, field=pl.lit(name), value=pl.Series(numbers.astype(float))).filter(
            pl.col("level").is_in([level.value for level in fields[name].levels])
        )
        for name, numbers in said.items()
    )


def posts_of(keys: pl.DataFrame) -> pl.DataFrame:
    """One row a unit: who is its secretary."""
    codes = np.random.default_rng(12).choice(
        [1, 2, 3, 4, 5, 6, 7], keys.height, p=[0.1, 0.2, 0.4, 0.1, 0.1, 0.05, 0.05]
    )
    return keys.with_columns(field=pl.lit("secretary_post_type"), code=pl.Series(codes))
