/*
zh: 换届日历(已逾期,和今后各季应换届的党组织)
grain: [period, scope_level, scope_code, falls_in]
columns:
  falls_in: 落在哪一季:overdue已逾期,或今后的报告期
  organisations: 党组织数
  units: 涉及单位数
*/
select
    scope.period,
    scope.scope_level,
    scope.scope_code,
    election.falls_in,
    cast(count(*) as integer) as organisations,
    cast(count(distinct election.unit_code) as integer) as units,
    cast(any_value(expected.units_expected) as integer) as units_expected,
    cast(any_value(expected.units_used) as integer) as units_used
from core.scope as scope
inner join core.election as election
    on scope.period = election.period and scope.unit_code = election.unit_code
inner join core.coverage as expected
    on
        scope.period = expected.period
        and scope.scope_level = expected.scope_level
        and scope.scope_code = expected.scope_code
where election.falls_in is not null
group by scope.period, scope.scope_level, scope.scope_code, election.falls_in
