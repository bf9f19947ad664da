/*
zh: 指标值
grain: [period, view, compare_to, scope_level, scope_code, indicator]
*/
with expected as (
    select
        scope.period,
        scope.scope_level,
        scope.scope_code,
        due.indicator,
        count(*) as units_expected
    from core.scope as scope
    inner join core.duty as duty
        on scope.period = duty.period and scope.unit_code = duty.unit_code
    inner join core.period as period on scope.period = period.period
    inner join core.indicator_due as due
        on duty.unit_kind = due.unit_kind and period.quarter = due.quarter
    inner join core.indicator_computed as computed on due.indicator = computed.indicator
    group by scope.period, scope.scope_level, scope.scope_code, due.indicator
),

units_used as (
    select
        scope.period,
        scope.scope_level,
        scope.scope_code,
        part.indicator,
        sum(part.numerator) as numerator,
        sum(part.denominator) as denominator,
        count(*) as units_used
    from core.scope as scope
    inner join marts.indicator_part as part
        on scope.period = part.period and scope.unit_code = part.unit_code
    where part.numerator is not null and part.denominator > 0
    group by scope.period, scope.scope_level, scope.scope_code, part.indicator
),

scope_matter as (
    select distinct
        scope.period,
        scope.scope_level,
        scope.scope_code,
        party.matter_id
    from core.scope as scope
    inner join core.duty as duty
        on scope.period = duty.period and scope.unit_code = duty.unit_code
    inner join core.unit_matter as party
        on scope.period = party.period and scope.unit_code = party.unit_code
    where duty.is_used
),

distinct_matters as (
    select
        scope.period,
        scope.scope_level,
        scope.scope_code,
        part.indicator,
        sum(part.numerator) as numerator,
        sum(part.denominator) as denominator
    from scope_matter as scope
    inner join marts.matter_part as part
        on scope.period = part.period and scope.matter_id = part.matter_id
    group by scope.period, scope.scope_level, scope.scope_code, part.indicator
),

joined as (
    select
        expected.period,
        expected.scope_level,
        expected.scope_code,
        expected.indicator,
        indicator.scale,
        case
            when indicator.rollup = 'distinct_matters' then distinct_matters.numerator
            else units_used.numerator
        end as numerator,
        case
            when indicator.rollup = 'distinct_matters' then distinct_matters.denominator
            else units_used.denominator
        end as denominator,
        expected.units_expected,
        coalesce(units_used.units_used, 0) as units_used
    from expected
    inner join core.indicator as indicator on expected.indicator = indicator.indicator
    left join units_used
        on
            expected.period = units_used.period
            and expected.scope_level = units_used.scope_level
            and expected.scope_code = units_used.scope_code
            and expected.indicator = units_used.indicator
    left join distinct_matters
        on
            expected.period = distinct_matters.period
            and expected.scope_level = distinct_matters.scope_level
            and expected.scope_code = distinct_matters.scope_code
            and expected.indicator = distinct_matters.indicator
)

select
    joined.period,
    'as_reported' as view,
    cast(null as varchar) as compare_to,
    joined.scope_code,
    joined.scope_level,
    joined.indicator,
    cast(case when joined.units_used > 0 then joined.numerator end as decimal(28, 6)) as numerator,
    cast(case when joined.units_used > 0 then joined.denominator end as decimal(28, 6)) as denominator,
    cast(
        case
            when joined.units_used > 0
                then joined.scale * joined.numerator / nullif(joined.denominator, 0)
        end as decimal(28, 6)
    ) as value,
    cast(joined.units_expected as integer) as units_expected,
    cast(joined.units_used as integer) as units_used
from joined
