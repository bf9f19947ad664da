/*
zh: 指标环比和同比(只用同口径单位)
grain: [period, kind, scope_level, scope_code, indicator]
columns:
  compare_to: 与哪一期比较
  kind: 比较方式:previous与上季(环比)、year与上年同季(同比)
  numerator_now: 同口径单位本期分子
  denominator_now: 同口径单位本期分母
  numerator_then: 同口径单位比较期分子
  denominator_then: 同口径单位比较期分母
  value_now: 同口径单位本期值
  value_then: 同口径单位比较期值
  change: 变动:本期值减比较期值;两期口径不同的为空
  is_comparable: 两期口径是否相同(指标的定义没有改动)
  units_expected: 同口径单位中两期都适用的单位数
  units_same: 两期都采用的单位数
*/
with scopes as (
    select
        scope.period,
        scope.scope_level,
        scope.scope_code,
        scope.unit_code
    from core.scope as scope
    where scope.scope_level <> 'unit'
),

expected as (
    select
        same.period,
        same.compare_to,
        same.kind,
        scope.scope_level,
        scope.scope_code,
        due.indicator,
        count(*) as units_expected
    from core.same_unit as same
    inner join scopes as scope
        on same.period = scope.period and same.unit_code = scope.unit_code
    inner join core.duty as duty
        on same.period = duty.period and same.unit_code = duty.unit_code
    inner join core.period as period on same.period = period.period
    inner join core.period as past on same.compare_to = past.period
    inner join core.indicator_due as due
        on duty.unit_kind = due.unit_kind and period.quarter = due.quarter
    inner join core.indicator_due as due_then
        on
            same.kind_then = due_then.unit_kind
            and past.quarter = due_then.quarter
            and due.indicator = due_then.indicator
    inner join core.indicator_computed as computed on due.indicator = computed.indicator
    group by
        same.period,
        same.compare_to,
        same.kind,
        scope.scope_level,
        scope.scope_code,
        due.indicator
),

summed as (
    select
        part.period,
        part.kind,
        scope.scope_level,
        scope.scope_code,
        part.indicator,
        sum(part.numerator) as numerator,
        sum(part.denominator) as denominator,
        sum(part.numerator_then) as numerator_then,
        sum(part.denominator_then) as denominator_then,
        count(*) as units_same
    from core.same_part as part
    inner join scopes as scope
        on part.period = scope.period and part.unit_code = scope.unit_code
    group by part.period, part.kind, scope.scope_level, scope.scope_code, part.indicator
),

-- A matter of two units of the scope counts once, in each of the two quarters.
matter_of_side as (
    select distinct
        part.period,
        part.kind,
        side.side,
        party.period as of_period,
        scope.scope_level,
        scope.scope_code,
        part.indicator,
        party.matter_id
    from core.same_part as part
    inner join core.indicator as indicator on part.indicator = indicator.indicator
    inner join scopes as scope
        on part.period = scope.period and part.unit_code = scope.unit_code
    cross join (values ('now'), ('then')) as side (side)
    inner join core.unit_matter as party
        on
            part.unit_code = party.unit_code
            and party.period = case side.side when 'now' then part.period else part.compare_to end
    where indicator.rollup = 'distinct_matters'
),

matters as (
    select
        matter.period,
        matter.kind,
        matter.scope_level,
        matter.scope_code,
        matter.indicator,
        sum(part.numerator) filter (where matter.side = 'now') as numerator_now,
        sum(part.denominator) filter (where matter.side = 'now') as denominator_now,
        sum(part.numerator) filter (where matter.side = 'then') as numerator_then,
        sum(part.denominator) filter (where matter.side = 'then') as denominator_then
    from matter_of_side as matter
    inner join marts.matter_part as part
        on
            matter.of_period = part.period
            and matter.matter_id = part.matter_id
            and matter.indicator = part.indicator
    group by matter.period, matter.kind, matter.scope_level, matter.scope_code, matter.indicator
),

joined as (
    select
        expected.*,
        indicator.scale,
        coalesce(summed.units_same, 0) as units_same,
        case
            when indicator.rollup = 'distinct_matters' then matters.numerator_now
            else summed.numerator
        end as numerator_now,
        case
            when indicator.rollup = 'distinct_matters' then matters.denominator_now
            else summed.denominator
        end as denominator_now,
        case
            when indicator.rollup = 'distinct_matters' then matters.numerator_then
            else summed.numerator_then
        end as numerator_then,
        case
            when indicator.rollup = 'distinct_matters' then matters.denominator_then
            else summed.denominator_then
        end as denominator_then
    from expected
    inner join core.indicator as indicator on expected.indicator = indicator.indicator
    left join summed
        on
            expected.period = summed.period
            and expected.kind = summed.kind
            and expected.scope_level = summed.scope_level
            and expected.scope_code = summed.scope_code
            and expected.indicator = summed.indicator
    left join matters
        on
            expected.period = matters.period
            and expected.kind = matters.kind
            and expected.scope_level = matters.scope_level
            and expected.scope_code = matters.scope_code
            and expected.indicator = matters.indicator
),

valued as (
    select
        joined.*,
        cast(joined.scale * joined.numerator_now / joined.denominator_now as decimal(28, 6)) as value_now,
        cast(joined.scale * joined.numerator_then / joined.denominator_then as decimal(28, 6)) as value_then
    from joined
)

select
    valued.period,
    valued.compare_to,
    valued.kind,
    valued.scope_level,
    valued.scope_code,
    valued.indicator,
    cast(valued.numerator_now as decimal(28, 6)) as numerator_now,
    cast(valued.denominator_now as decimal(28, 6)) as denominator_now,
    cast(valued.numerator_then as decimal(28, 6)) as numerator_then,
    cast(valued.denominator_then as decimal(28, 6)) as denominator_then,
    valued.value_now,
    valued.value_then,
    case
        when coalesce(present.mark, '') = coalesce(past.mark, '') then valued.value_now - valued.value_then
    end as change,
    coalesce(present.mark, '') = coalesce(past.mark, '') as is_comparable,
    cast(valued.units_expected as integer) as units_expected,
    cast(valued.units_same as integer) as units_same
from valued
left join core.definition as present
    on valued.period = present.period and valued.indicator = present.indicator
left join core.definition as past
    on valued.compare_to = past.period and valued.indicator = past.indicator
