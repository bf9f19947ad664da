/*
zh: 代码项分布
grain: [period, scope_level, scope_code, field, code]
columns:
  code: 代码(见代码表)
  units: 填这个代码的单位数
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
    where
        scope.scope_level <> 'unit'
        and due.rollup = 'count_by_code'
        and due.field not like 'l_.%'
    group by scope.period, scope.scope_level, scope.scope_code, due.field
),

counted as (
    select
        scope.period,
        scope.scope_level,
        scope.scope_code,
        value.field,
        value.number as code,
        count(*) as units
    from core.scope as scope
    inner join core.duty as duty
        on scope.period = duty.period and scope.unit_code = duty.unit_code
    inner join core.value as value on duty.submission_id = value.submission_id
    where
        scope.scope_level <> 'unit'
        and duty.is_used
        and value.line is null
        and value.number is not null
    group by scope.period, scope.scope_level, scope.scope_code, value.field, value.number
)

select
    expected.period,
    expected.scope_code,
    expected.scope_level,
    expected.field,
    cast(counted.code as integer) as code,
    cast(counted.units as integer) as units,
    cast(expected.units_expected as integer) as units_expected,
    cast(
        sum(counted.units) over (
            partition by expected.period, expected.scope_level, expected.scope_code, expected.field
        ) as integer
    ) as units_used
from expected
inner join counted
    on
        expected.period = counted.period
        and expected.scope_level = counted.scope_level
        and expected.scope_code = counted.scope_code
        and expected.field = counted.field
