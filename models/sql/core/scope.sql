/*
zh: 统计范围与单位
grain: [period, scope_level, scope_code, unit_code]
*/
with duty as (
    select *
    from core.duty
    where owes
)

select
    duty.period,
    'unit' as scope_level,
    duty.unit_code as scope_code,
    duty.unit_code
from duty
union all
select
    duty.period,
    'county' as scope_level,
    duty.county_code as scope_code,
    duty.unit_code
from duty
where duty.level <> 'city'
union all
select
    duty.period,
    'county_level' as scope_level,
    concat(duty.county_code, '/', duty.level) as scope_code,
    duty.unit_code
from duty
union all
select
    duty.period,
    'level' as scope_level,
    duty.level as scope_code,
    duty.unit_code
from duty
union all
select
    duty.period,
    'kind' as scope_level,
    duty.unit_kind as scope_code,
    duty.unit_code
from duty
union all
select
    duty.period,
    'system' as scope_level,
    duty.leading_system as scope_code,
    duty.unit_code
from duty
union all
select
    duty.period,
    'city' as scope_level,
    duty.city_code as scope_code,
    duty.unit_code
from duty
