/*
zh: 填报项合计
grain: [period, scope_level, scope_code, field]
columns:
  total: 合计;按平均汇总的项除以采用单位数才有意义
  units_positive: 填报值大于0的单位数
*/
with expected as (
    select
        scope.period,
        scope.scope_level,
        scope.scope_code,
        due.field,
        count(*) as units_expected
    from core.scope as scope
    inner join core.duty as duty
        on scope.period = duty.period and scope.unit_code = duty.unit_code
    inner join core.period as period on scope.period = period.period
    inner join core.field_due as due
        on duty.unit_kind = due.unit_kind and period.quarter = due.quarter
    where scope.scope_level <> 'unit' and due.rollup in ('sum', 'mean') and due.field not like 'l_.%'
    group by scope.period, scope.scope_level, scope.scope_code, due.field
),

summed as (
    select
        scope.period,
        scope.scope_level,
        scope.scope_code,
        value.field,
        sum(value.number) as total,
        count(*) as units_used,
        sum(case when value.number > 0 then 1 else 0 end) as units_positive
    from core.scope as scope
    inner join core.duty as duty
        on scope.period = duty.period and scope.unit_code = duty.unit_code
    inner join core.value as value on duty.submission_id = value.submission_id
    where
        scope.scope_level <> 'unit'
        and duty.is_used
        and value.line is null
        and value.number is not null
    group by scope.period, scope.scope_level, scope.scope_code, value.field
)

select
    expected.period,
    expected.scope_code,
    expected.scope_level,
    expected.field,
    cast(summed.total as decimal(28, 4)) as total,
    cast(expected.units_expected as integer) as units_expected,
    cast(coalesce(summed.units_used, 0) as integer) as units_used,
    cast(coalesce(summed.units_positive, 0) as integer) as units_positive
from expected
left join summed
    on
        expected.period = summed.period
        and expected.scope_level = summed.scope_level
        and expected.scope_code = summed.scope_code
        and expected.field = summed.field
