/*
zh: 本年累计(分子、分母都是本季发生数的指标)
grain: [period, view, scope_level, scope_code, indicator]
columns:
  numerator: 当年各季分子之和
  denominator: 当年各季分母之和
  value: 本年累计值 = 系数 × 分子 ÷ 分母
  units_expected: 本季应报这项指标的单位数
  units_used: 采用单位数;当年应报的各季都有数的
  is_estimated: 是否含按党员比例推算的部分(分设单位以前的数)
*/
with owed as (
    select
        duty.period,
        duty.unit_code,
        due.indicator
    from core.duty as duty
    inner join core.period as period on duty.period = period.period
    inner join core.indicator_due as due
        on duty.unit_kind = due.unit_kind and period.quarter = due.quarter
    inner join core.indicator as indicator on due.indicator = indicator.indicator
    where indicator.adds_over_year
),

-- A quarter that is owed and has no number leaves the unit out: a gap is no small year.
unit_year as (
    select
        owed.period,
        owed.unit_code,
        owed.indicator,
        sum(part.numerator) as numerator,
        sum(part.denominator) as denominator
    from owed
    inner join owed as so_far
        on
            owed.unit_code = so_far.unit_code
            and owed.indicator = so_far.indicator
            and left(owed.period, 4) = left(so_far.period, 4)
            and owed.period >= so_far.period
    left join marts.indicator_part as part
        on
            so_far.period = part.period
            and so_far.unit_code = part.unit_code
            and so_far.indicator = part.indicator
            and part.numerator is not null
            and part.denominator is not null
    group by owed.period, owed.unit_code, owed.indicator
    having count(*) = count(part.denominator) and sum(part.denominator) > 0
),

expected as (
    select
        scope.period,
        scope.view,
        scope.scope_level,
        scope.scope_code,
        owed.indicator,
        sum(scope.units) as units_expected,
        bool_or(scope.is_estimated) as is_estimated
    from core.view_scope as scope
    inner join owed
        on scope.period = owed.period and scope.unit_code = owed.unit_code
    group by scope.period, scope.view, scope.scope_level, scope.scope_code, owed.indicator
),

summed as (
    select
        scope.period,
        scope.view,
        scope.scope_level,
        scope.scope_code,
        unit_year.indicator,
        -- The spans of a unit that was split follow one another: rounded ends add up again.
        sum(
            case
                when scope.share_to is null then unit_year.numerator
                else
                    round(unit_year.numerator * scope.share_to, 6)
                    - round(unit_year.numerator * scope.share_from, 6)
            end
        ) as numerator,
        sum(
            case
                when scope.share_to is null then unit_year.denominator
                else
                    round(unit_year.denominator * scope.share_to, 6)
                    - round(unit_year.denominator * scope.share_from, 6)
            end
        ) as denominator,
        sum(scope.units) as units_used
    from core.view_scope as scope
    inner join unit_year
        on scope.period = unit_year.period and scope.unit_code = unit_year.unit_code
    group by scope.period, scope.view, scope.scope_level, scope.scope_code, unit_year.indicator
)

select
    expected.period,
    expected.view,
    expected.scope_code,
    expected.scope_level,
    expected.indicator,
    cast(summed.numerator as decimal(28, 6)) as numerator,
    cast(summed.denominator as decimal(28, 6)) as denominator,
    cast(indicator.scale * summed.numerator / nullif(summed.denominator, 0) as decimal(28, 6)) as value,
    cast(expected.units_expected as integer) as units_expected,
    cast(coalesce(summed.units_used, 0) as integer) as units_used,
    expected.is_estimated
from expected
inner join core.indicator as indicator on expected.indicator = indicator.indicator
left join summed
    on
        expected.period = summed.period
        and expected.view = summed.view
        and expected.scope_level = summed.scope_level
        and expected.scope_code = summed.scope_code
        and expected.indicator = summed.indicator
-- The ratios of a unit that was split are not split: its parts have none of their own.
where not (expected.scope_level = 'unit' and expected.is_estimated)
