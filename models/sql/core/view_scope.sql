/*
zh: 统计范围与单位(各结构视图)
grain: [period, view, scope_level, scope_code, unit_code, heir_code]
columns:
  heir_code: 现由哪个单位承接;按报告时结构为单位自己
  units: 该单位在本范围内计1次,承接单位有多个的只在第一行计
  share_from: 分设后归承接单位的部分从何比例起;整个归它的为空
  share_to: 到何比例止
  is_estimated: 是否推算(按党员比例分设)
*/
with placed as (
    select
        duty.period,
        duty.unit_code,
        present.unit_code as heir_code,
        present.county_code,
        present.level,
        present.unit_kind,
        present.leading_system,
        present.city_code,
        succession.unit_code is not null as is_carried_on,
        coalesce(succession.is_estimated, false) as is_estimated,
        case when succession.is_estimated then succession.share_from end as share_from,
        case when succession.is_estimated then succession.share_to end as share_to
    from core.duty as duty
    left join core.succession as succession
        on duty.period = succession.period and duty.unit_code = succession.unit_code
    inner join core.present as present
        on coalesce(succession.heir_code, duty.unit_code) = present.unit_code
    where duty.owes
),

-- Of single units only those stand here whose history is not what they reported themselves.
today as (
    select
        placed.*,
        'unit' as scope_level,
        placed.heir_code as scope_code
    from placed
    where placed.is_carried_on
    union all
    select
        placed.*,
        'county' as scope_level,
        placed.county_code as scope_code
    from placed
    where placed.level <> 'city'
    union all
    select
        placed.*,
        'county_level' as scope_level,
        concat(placed.county_code, '/', placed.level) as scope_code
    from placed
    union all
    select
        placed.*,
        'level' as scope_level,
        placed.level as scope_code
    from placed
    union all
    select
        placed.*,
        'kind' as scope_level,
        placed.unit_kind as scope_code
    from placed
    union all
    select
        placed.*,
        'system' as scope_level,
        placed.leading_system as scope_code
    from placed
    union all
    select
        placed.*,
        'city' as scope_level,
        placed.city_code as scope_code
    from placed
)

select
    scope.period,
    'as_reported' as view,
    scope.scope_level,
    scope.scope_code,
    scope.unit_code,
    scope.unit_code as heir_code,
    1 as units,
    cast(null as decimal(9, 8)) as share_from,
    cast(null as decimal(9, 8)) as share_to,
    false as is_estimated
from core.scope as scope
union all
select
    today.period,
    'today' as view,
    today.scope_level,
    today.scope_code,
    today.unit_code,
    today.heir_code,
    case
        when
            row_number() over (
                partition by today.period, today.scope_level, today.scope_code, today.unit_code
                order by today.heir_code
            ) = 1 then 1
        else 0
    end as units,
    today.share_from,
    today.share_to,
    today.is_estimated
from today
