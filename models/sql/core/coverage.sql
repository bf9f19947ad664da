/*
zh: 统计范围的应报和采用单位数
grain: [period, scope_level, scope_code]
*/
select
    scope.period,
    scope.scope_level,
    scope.scope_code,
    count(*) as units_expected,
    count(*) filter (where duty.is_used) as units_used
from core.scope as scope
inner join core.duty as duty
    on scope.period = duty.period and scope.unit_code = duty.unit_code
group by scope.period, scope.scope_level, scope.scope_code
