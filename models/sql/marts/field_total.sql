/*
zh: 填报项合计
grain: [period, view, scope_level, scope_code, field]
columns:
  total: 合计;按平均汇总的项除以采用单位数才有意义
  units_positive: 填报值大于0的单位数
  is_estimated: 是否含按党员比例推算的部分(分设单位以前的数)
*/
with expected as (
    select
        scope.period,
        scope.view,
        scope.scope_level,
        scope.scope_code,
        due.field,
        sum(scope.units) as units_expected,
        bool_or(scope.is_estimated) as is_estimated
    from core.view_scope as scope
    inner join core.duty as duty
        on scope.period = duty.period and scope.unit_code = duty.unit_code
    inner join core.period as period on scope.period = period.period
    inner join core.field_due as due
        on duty.unit_kind = due.unit_kind and period.quarter = due.quarter
    where
        (scope.scope_level <> 'unit' or scope.view = 'today')
        and due.rollup in ('sum', 'mean')
        and due.field not like 'l_.%'
    group by scope.period, scope.view, scope.scope_level, scope.scope_code, due.field
),

summed as (
    select
        scope.period,
        scope.view,
        scope.scope_level,
        scope.scope_code,
        value.field,
        -- The spans of a unit that was split follow one another: rounded ends add up again.
        sum(
            case
                when scope.share_to is null then value.number
                else round(value.number * scope.share_to, 4) - round(value.number * scope.share_from, 4)
            end
        ) as total,
        sum(scope.units) as units_used,
        sum(case when value.number > 0 then scope.units else 0 end) as units_positive
    from core.view_scope as scope
    inner join core.duty as duty
        on scope.period = duty.period and scope.unit_code = duty.unit_code
    inner join core.value as value
        on scope.period = value.period and duty.submission_id = value.submission_id
    where
        (scope.scope_level <> 'unit' or scope.view = 'today')
        and duty.is_used
        and value.line is null
        and value.number is not null
    group by scope.period, scope.view, scope.scope_level, scope.scope_code, value.field
)

select
    expected.period,
    expected.view,
    expected.scope_code,
    expected.scope_level,
    expected.field,
    cast(summed.total as decimal(28, 4)) as total,
    cast(expected.units_expected as integer) as units_expected,
    cast(coalesce(summed.units_used, 0) as integer) as units_used,
    cast(coalesce(summed.units_positive, 0) as integer) as units_positive,
    expected.is_estimated
from expected
left join summed
    on
        expected.period = summed.period
        and expected.view = summed.view
        and expected.scope_level = summed.scope_level
        and expected.scope_code = summed.scope_code
        and expected.field = summed.field
