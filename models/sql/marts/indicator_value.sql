/*
zh: 指标值
grain: [period, view, compare_to, scope_level, scope_code, indicator]
columns:
  value: 指标值 = 系数 × 分子 ÷ 分母
  units_used: 采用单位数;同口径视图为两期都采用的
  is_estimated: 是否含按党员比例推算的部分(分设单位以前的数)
  target_status: 与目标比:met达标、near接近、missed未达标、none无目标;没有值的为空
*/
with expected as (
    select
        scope.period,
        scope.view,
        scope.scope_level,
        scope.scope_code,
        due.indicator,
        sum(scope.units) as units_expected,
        bool_or(scope.is_estimated) as is_estimated
    from core.view_scope as scope
    inner join core.duty as duty
        on scope.period = duty.period and scope.unit_code = duty.unit_code
    inner join core.period as period on scope.period = period.period
    inner join core.indicator_due as due
        on duty.unit_kind = due.unit_kind and period.quarter = due.quarter
    inner join core.indicator_computed as computed on due.indicator = computed.indicator
    group by scope.period, scope.view, scope.scope_level, scope.scope_code, due.indicator
),

units_used as (
    select
        scope.period,
        scope.view,
        scope.scope_level,
        scope.scope_code,
        part.indicator,
        -- The spans of a unit that was split follow one another: rounded ends add up again.
        sum(
            case
                when scope.share_to is null then part.numerator
                else round(part.numerator * scope.share_to, 6) - round(part.numerator * scope.share_from, 6)
            end
        ) as numerator,
        sum(
            case
                when scope.share_to is null then part.denominator
                else round(part.denominator * scope.share_to, 6) - round(part.denominator * scope.share_from, 6)
            end
        ) as denominator,
        sum(scope.units) as units_used
    from core.view_scope as scope
    inner join marts.indicator_part as part
        on scope.period = part.period and scope.unit_code = part.unit_code
    where part.numerator is not null and part.denominator > 0
    group by scope.period, scope.view, scope.scope_level, scope.scope_code, part.indicator
),

scope_matter as (
    select distinct
        scope.period,
        scope.view,
        scope.scope_level,
        scope.scope_code,
        party.matter_id
    from core.view_scope as scope
    inner join core.duty as duty
        on scope.period = duty.period and scope.unit_code = duty.unit_code
    inner join core.unit_matter as party
        on scope.period = party.period and scope.unit_code = party.unit_code
    where duty.is_used
),

distinct_matters as (
    select
        scope.period,
        scope.view,
        scope.scope_level,
        scope.scope_code,
        part.indicator,
        sum(part.numerator) as numerator,
        sum(part.denominator) as denominator
    from scope_matter as scope
    inner join marts.matter_part as part
        on scope.period = part.period and scope.matter_id = part.matter_id
    group by scope.period, scope.view, scope.scope_level, scope.scope_code, part.indicator
),

joined as (
    select
        expected.period,
        expected.view,
        cast(null as varchar) as compare_to,
        expected.scope_level,
        expected.scope_code,
        expected.indicator,
        case
            when indicator.rollup = 'distinct_matters' then distinct_matters.numerator
            else units_used.numerator
        end as numerator,
        case
            when indicator.rollup = 'distinct_matters' then distinct_matters.denominator
            else units_used.denominator
        end as denominator,
        expected.units_expected,
        -- The ratios of a unit that was split are not split: its parts have none of their own.
        case
            when expected.scope_level = 'unit' and expected.is_estimated then 0
            else coalesce(units_used.units_used, 0)
        end as units_used,
        expected.is_estimated
    from expected
    inner join core.indicator as indicator on expected.indicator = indicator.indicator
    left join units_used
        on
            expected.period = units_used.period
            and expected.view = units_used.view
            and expected.scope_level = units_used.scope_level
            and expected.scope_code = units_used.scope_code
            and expected.indicator = units_used.indicator
    left join distinct_matters
        on
            expected.period = distinct_matters.period
            and expected.view = distinct_matters.view
            and expected.scope_level = distinct_matters.scope_level
            and expected.scope_code = distinct_matters.scope_code
            and expected.indicator = distinct_matters.indicator
),

views as (
    select joined.*
    from joined
    union all
    select
        change.period,
        'same_units' as view,
        change.compare_to,
        change.scope_level,
        change.scope_code,
        change.indicator,
        change.numerator_now as numerator,
        change.denominator_now as denominator,
        change.units_expected,
        change.units_same as units_used,
        false as is_estimated
    from marts.indicator_change as change
),

valued as (
    select
        views.*,
        cast(
            case
                when views.units_used > 0
                    then indicator.scale * views.numerator / nullif(views.denominator, 0)
            end as decimal(28, 6)
        ) as value
    from views
    inner join core.indicator as indicator on views.indicator = indicator.indicator
),

-- How far a value is on the good side of its target; negative is short of it.
apart as (
    select
        valued.*,
        target.near,
        target.indicator is not null as has_target,
        case
            when target.band_low is not null
                then
                    case
                        when valued.value < target.band_low then valued.value - target.band_low
                        when valued.value > target.band_high then target.band_high - valued.value
                        else 0
                    end
            when target.direction = 'lower_is_better' then target.target - valued.value
            else valued.value - target.target
        end as gap
    from valued
    left join core.target as target
        on
            valued.indicator = target.indicator
            and valued.scope_level = target.scope_level
            and valued.period between target.valid_from and target.valid_to
)

select
    apart.period,
    apart.view,
    apart.compare_to,
    apart.scope_code,
    apart.scope_level,
    apart.indicator,
    cast(case when apart.units_used > 0 then apart.numerator end as decimal(28, 6)) as numerator,
    cast(case when apart.units_used > 0 then apart.denominator end as decimal(28, 6)) as denominator,
    apart.value,
    cast(apart.units_expected as integer) as units_expected,
    cast(apart.units_used as integer) as units_used,
    apart.is_estimated,
    case
        when apart.value is null then null
        when not apart.has_target then 'none'
        when apart.gap >= 0 then 'met'
        when -apart.gap <= apart.near then 'near'
        else 'missed'
    end as target_status
from apart
