"""Which numbers of a snapshot can be drawn: name, where, in which view, and what is printed.

Intervals are left out: they are of a thousand draws of their own.
"""

LEVELS = ("unit", "county", "county_level", "level", "kind", "system", "city")
KINDS = {
    "indicator": """
        SELECT indicator, scope_level, scope_code, period, view, compare_to,
            [numerator, denominator, units_used]
        FROM marts.indicator_value""",
    "change": """
        SELECT indicator, scope_level, scope_code, period, 'same_units', compare_to,
            [value_now, value_then, change, units_expected, units_same]
        FROM marts.indicator_change""",
    "field": """
        SELECT field, scope_level, scope_code, period, view, NULL,
            [total, units_expected, units_used, units_positive]
        FROM marts.field_total""",
    "code": """
        SELECT concat(field, '=', code), scope_level, scope_code, period, view, NULL,
            [units, units_expected, units_used]
        FROM marts.code_count""",
    "resource": """
        SELECT concat(resource, '/', role), scope_level, scope_code, period, 'as_reported', NULL,
            [amount, members, per_hundred, units_used]
        FROM marts.resource""",
    "duty": """
        SELECT duty, 'unit', unit_code, taken_from, 'as_reported', NULL, [expected, done]
        FROM marts.duty_calendar WHERE taken_from IS NOT NULL""",
    "matter": """
        SELECT concat_ws('/', matter_id, initiator_code, reported_by, counterpart_code), 'unit',
            reported_by, period, 'as_reported', NULL,
            [direction, matter_type, matter_status, mirror_confirmed,
             raised_date - DATE '2000-01-01', due_on - DATE '2000-01-01',
             replied_date - DATE '2000-01-01', closed_date - DATE '2000-01-01']
        FROM marts.matter""",
    "coordination": """
        SELECT concat_ws('/', direction, initiator_level, counterpart_level),
            scope_level, scope_code, period, 'as_reported', NULL,
            [sum(matters), sum(closed), sum(due), sum(closed_in_time)]
        FROM marts.coordination GROUP BY ALL""",
    "dimension": """
        SELECT concat(composite, '/', dimension), scope_level, scope_code, period, view,
            compare_to, [value, indicators_applicable, indicators_scored]
        FROM marts.dimension_value""",
    "composite": """
        SELECT composite, scope_level, scope_code, period, view, compare_to, [value]
        FROM marts.composite_value""",
}
