/*
zh: 资源清单(在册、共享、使用、闲置)
grain: [period, scope_level, scope_code, resource, role]
columns:
  resource: 资源类别(见resources.yml)
  role: 口径:held在册、shared共享、used使用、idle闲置
  amount: 数量合计,单位见resources.yml;无单位采用为空
  members: 所采用单位的党员数
  per_hundred: 每百名党员的数量
  units_positive: 其中数量大于0的单位数
*/
with expected as (
    select
        scope.period,
        scope.scope_level,
        scope.scope_code,
        due.resource,
        due.role,
        count(*) as units_expected
    from core.scope as scope
    inner join core.duty as duty
        on scope.period = duty.period and scope.unit_code = duty.unit_code
    inner join core.period as period on scope.period = period.period
    inner join core.resource_due as due
        on duty.unit_kind = due.unit_kind and period.quarter = due.quarter
    group by scope.period, scope.scope_level, scope.scope_code, due.resource, due.role
),

used as (
    select
        scope.period,
        scope.scope_level,
        scope.scope_code,
        part.resource,
        part.role,
        sum(part.amount) as amount,
        sum(part.members) as members,
        count(*) as units_used,
        count(*) filter (where part.amount > 0) as units_positive
    from core.scope as scope
    inner join marts.resource_part as part
        on scope.period = part.period and scope.unit_code = part.unit_code
    where part.amount is not null
    group by scope.period, scope.scope_level, scope.scope_code, part.resource, part.role
)

select
    expected.period,
    expected.scope_level,
    expected.scope_code,
    expected.resource,
    expected.role,
    cast(used.amount as decimal(28, 6)) as amount,
    cast(used.members as decimal(28, 0)) as members,
    cast(100 * used.amount / nullif(used.members, 0) as decimal(28, 6)) as per_hundred,
    cast(expected.units_expected as integer) as units_expected,
    cast(coalesce(used.units_used, 0) as integer) as units_used,
    cast(coalesce(used.units_positive, 0) as integer) as units_positive
from expected
left join used
    on
        expected.period = used.period
        and expected.scope_level = used.scope_level
        and expected.scope_code = used.scope_code
        and expected.resource = used.resource
        and expected.role = used.role
