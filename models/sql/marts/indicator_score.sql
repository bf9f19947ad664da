/*
zh: 指标得分
grain: [period, view, compare_to, scope_level, scope_code, indicator]
columns:
  state: 得分情况:scored有得分、not_applicable不适用(同口径单位比较中含两期口径不同的)、missing缺数
  taken_from: 值取自哪一期;半年和年度指标沿用本年前期值
  value: 指标值
  progress: 从零分点到目标走了多远,不截断
  score: 得分,0—100
*/
-- Of same units both quarters are scored: the one here, and under same_units_then the one compared.
with valued as (
    select
        value.period,
        value.view,
        value.compare_to,
        cast(null as varchar) as kind,
        value.scope_level,
        value.scope_code,
        value.indicator,
        value.value,
        value.units_expected,
        value.units_used,
        true as is_comparable
    from marts.indicator_value as value
    where value.view <> 'same_units'
    union all
    select
        change.period,
        side.view,
        change.compare_to,
        change.kind,
        change.scope_level,
        change.scope_code,
        change.indicator,
        -- Two definitions of one name are two indicators: neither stands beside the other.
        case
            when not change.is_comparable then null
            when side.view = 'same_units' then change.value_now
            else change.value_then
        end as value,
        change.units_expected,
        change.units_same as units_used,
        change.is_comparable
    from marts.indicator_change as change
    cross join (values ('same_units'), ('same_units_then')) as side (view)
),

scopes as (
    select distinct
        scope.period,
        scope.view,
        cast(null as varchar) as compare_to,
        cast(null as varchar) as kind,
        scope.scope_level,
        scope.scope_code
    from core.view_scope as scope
    union all
    select distinct
        valued.period,
        valued.view,
        valued.compare_to,
        valued.kind,
        valued.scope_level,
        valued.scope_code
    from valued
    where valued.kind is not null
),

-- Which indicators are asked in which quarter, of anyone.
asked as (
    select distinct
        due.indicator,
        due.quarter
    from core.indicator_due as due
),

-- An indicator of a half or a whole year keeps its last value of the same year; of same units, the
-- last one that was compared in the same way. A value of another definition is not, nor one of a
-- quarter's indicator where nobody of the scope owes it now.
candidates as (
    select
        scopes.period,
        scopes.view,
        scopes.compare_to,
        scopes.kind,
        scopes.scope_level,
        scopes.scope_code,
        value.indicator,
        value.period as taken_from,
        cast(value.value as double) as value,
        value.units_expected,
        value.units_used,
        value.is_comparable,
        row_number() over (
            partition by
                scopes.period,
                scopes.view,
                scopes.compare_to,
                scopes.scope_level,
                scopes.scope_code,
                value.indicator
            order by value.period desc
        ) as choice
    from scopes
    inner join core.period as present on scopes.period = present.period
    inner join core.period as past on present.year = past.year and past.quarter <= present.quarter
    inner join valued as value
        on
            past.period = value.period
            and scopes.view = value.view
            and scopes.kind is not distinct from value.kind
            and scopes.scope_level = value.scope_level
            and scopes.scope_code = value.scope_code
    left join core.definition as defined
        on scopes.period = defined.period and value.indicator = defined.indicator
    left join asked
        on present.quarter = asked.quarter and value.indicator = asked.indicator
    left join core.definition as then_defined
        on value.period = then_defined.period and value.indicator = then_defined.indicator
    where
        value.period = scopes.period
        or (
            asked.indicator is null
            and value.value is not null
            and coalesce(defined.mark, '') = coalesce(then_defined.mark, '')
        )
),

reported as (
    select
        scope.period,
        scope.view,
        cast(null as varchar) as kind,
        scope.scope_level,
        scope.scope_code,
        part.indicator,
        count(*) as units,
        sum(case when part.denominator = 0 then 1 else 0 end) as units_without
    from core.view_scope as scope
    inner join marts.indicator_part as part
        on scope.period = part.period and scope.unit_code = part.unit_code
    group by scope.period, scope.view, scope.scope_level, scope.scope_code, part.indicator
    union all
    select
        same.period,
        side.view,
        same.kind,
        scope.scope_level,
        scope.scope_code,
        part.indicator,
        count(*) as units,
        sum(case when part.denominator = 0 then 1 else 0 end) as units_without
    from core.same_unit as same
    inner join core.scope as scope
        on same.period = scope.period and same.unit_code = scope.unit_code
    cross join (values ('same_units'), ('same_units_then')) as side (view)
    inner join marts.indicator_part as part
        on
            same.unit_code = part.unit_code
            and part.period = case side.view when 'same_units' then same.period else same.compare_to end
    where scope.scope_level <> 'unit'
    group by same.period, side.view, same.kind, scope.scope_level, scope.scope_code, part.indicator
),

progressed as (
    select
        candidates.period,
        candidates.view,
        candidates.compare_to,
        candidates.scope_level,
        candidates.scope_code,
        candidates.indicator,
        candidates.taken_from,
        candidates.value,
        candidates.units_expected,
        candidates.units_used,
        case
            when candidates.value is not null then 'scored'
            when
                not candidates.is_comparable or reported.units = reported.units_without
                then 'not_applicable'
            else 'missing'
        end as state,
        case
            when indicator.band_low is null
                then
                    (candidates.value - indicator.zero_at)
                    / (indicator.target - indicator.zero_at)
            when candidates.value between indicator.band_low and indicator.band_high then 1.0
            when indicator.zero_at < indicator.band_low and candidates.value < indicator.band_low
                then
                    (candidates.value - indicator.zero_at)
                    / (indicator.band_low - indicator.zero_at)
            when indicator.zero_at < indicator.band_low
                then
                    1 - (candidates.value - indicator.band_high)
                    / (indicator.band_low - indicator.zero_at)
            when candidates.value > indicator.band_high
                then
                    (indicator.zero_at - candidates.value)
                    / (indicator.zero_at - indicator.band_high)
            else
                1 - (indicator.band_low - candidates.value)
                / (indicator.zero_at - indicator.band_high)
        end as progress
    from candidates
    inner join core.indicator as indicator on candidates.indicator = indicator.indicator
    left join reported
        on
            -- What has no value was not taken from another quarter.
            candidates.period = reported.period
            and candidates.view = reported.view
            and candidates.kind is not distinct from reported.kind
            and candidates.scope_level = reported.scope_level
            and candidates.scope_code = reported.scope_code
            and candidates.indicator = reported.indicator
    where candidates.choice = 1
)

select
    progressed.period,
    progressed.view,
    progressed.compare_to,
    progressed.scope_level,
    progressed.scope_code,
    progressed.indicator,
    progressed.state,
    progressed.taken_from,
    progressed.value,
    progressed.progress,
    -- least and greatest pass over a NULL, which must stay one.
    case
        when progressed.progress is not null
            then 100 * greatest(least(progressed.progress, 1.0), 0.0)
    end as score,
    progressed.units_expected,
    progressed.units_used
from progressed
