/*
zh: 代码项分布
grain: [period, view, scope_level, scope_code, field, code]
columns:
  code: 代码(见代码表)
  units: 填这个代码的单位数;分设以前的单位不拆,在承接它的每个范围各计1家
  is_estimated: 是否含分设以前的单位
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
        and due.rollup = 'count_by_code'
        and due.field not like 'l_.%'
    group by scope.period, scope.view, scope.scope_level, scope.scope_code, due.field
),

counted as (
    select
        scope.period,
        scope.view,
        scope.scope_level,
        scope.scope_code,
        value.field,
        value.number as code,
        sum(scope.units) as units
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
    group by scope.period, scope.view, scope.scope_level, scope.scope_code, value.field, value.number
)

select
    expected.period,
    expected.view,
    expected.scope_code,
    expected.scope_level,
    expected.field,
    cast(counted.code as integer) as code,
    cast(counted.units as integer) as units,
    cast(expected.units_expected as integer) as units_expected,
    cast(
        sum(counted.units) over (
            partition by
                expected.period,
                expected.view,
                expected.scope_level,
                expected.scope_code,
                expected.field
        ) as integer
    ) as units_used,
    expected.is_estimated
from expected
inner join counted
    on
        expected.period = counted.period
        and expected.view = counted.view
        and expected.scope_level = counted.scope_level
        and expected.scope_code = counted.scope_code
        and expected.field = counted.field
