/*
zh: 指数
grain: [period, view, compare_to, scope_level, scope_code, composite]
columns:
  value: 指数值(等权),1—100;有维度算不出的为空
*/
with units as (
    select
        scope.period,
        scope.view,
        cast(null as varchar) as compare_to,
        scope.scope_level,
        scope.scope_code,
        sum(scope.units) as units_expected,
        sum(case when duty.is_used then scope.units else 0 end) as units_used
    from core.view_scope as scope
    inner join core.duty as duty
        on scope.period = duty.period and scope.unit_code = duty.unit_code
    group by scope.period, scope.view, scope.scope_level, scope.scope_code
    union all
    select
        same.period,
        side.view,
        same.compare_to,
        scope.scope_level,
        scope.scope_code,
        count(*) as units_expected,
        sum(case when duty.is_used and past.is_used then 1 else 0 end) as units_used
    from core.same_unit as same
    inner join core.scope as scope
        on same.period = scope.period and same.unit_code = scope.unit_code
    inner join core.duty as duty
        on same.period = duty.period and same.unit_code = duty.unit_code
    inner join core.duty as past
        on same.compare_to = past.period and same.unit_code = past.unit_code
    cross join (values ('same_units'), ('same_units_then')) as side (view)
    where scope.scope_level <> 'unit'
    group by same.period, side.view, same.compare_to, scope.scope_level, scope.scope_code
)

select
    whole.period,
    whole.view,
    whole.compare_to,
    whole.scope_code,
    whole.scope_level,
    whole.composite,
    whole.value,
    spread.low,
    spread.high,
    spread.rank_low,
    spread.rank_high,
    spread.groups,
    spread.tier,
    cast(units.units_expected as integer) as units_expected,
    cast(units.units_used as integer) as units_used
from marts.composite_index as whole
inner join units
    on
        whole.period = units.period
        and whole.view = units.view
        and whole.compare_to is not distinct from units.compare_to
        and whole.scope_level = units.scope_level
        and whole.scope_code = units.scope_code
left join marts.composite_interval as spread
    on
        whole.period = spread.period
        and whole.view = spread.view
        and whole.compare_to is not distinct from spread.compare_to
        and whole.scope_level = spread.scope_level
        and whole.scope_code = spread.scope_code
        and whole.composite = spread.composite
where whole.weighting = 'equal'
