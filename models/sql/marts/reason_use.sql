/*
zh: 说明理由的使用(现行版,应付信号除外;用得过多的标出)
grain: [period, way, scope_level, scope_code, reason_code, reason_text]
columns:
  way: 怎样看:unit_reason一家单位同一理由代码、unit_text一家单位同一段文字、text_units几家单位同一段文字、scope_reason一县或一条规则同一理由代码
  scope_level: 范围的种类:unit单位、county县(市、区)、rule规则、city全市
  scope_code: 范围代码:单位、县、城市代码或规则编号
  reason_code: 理由代码
  reason_text: 说明原文
  uses: 用于多少条意见
  units: 多少家单位用过
  of_all: 该范围已说明的意见条数
  share: 所占比例
  is_overused: 是否用得过多(parameters.yml的reasons)
*/
with city as (
    select any_value(duty.city_code) as city_code
    from core.duty as duty
),

given as (
    select
        finding.period,
        city.city_code,
        finding.unit_code,
        finding.county_code,
        finding.rule,
        finding.reason_code,
        trim(finding.reason_text) as reason_text
    from marts.finding as finding
    cross join city
    where
        finding.is_current
        and not finding.is_sign
        and finding.status = 'explained'
        and finding.explained_by_role = 'unit'
),

used as (
    select
        given.period,
        'unit_reason' as way,
        'unit' as scope_level,
        given.unit_code as scope_code,
        given.reason_code,
        null as reason_text,
        count(*) as uses,
        count(distinct given.unit_code) as units
    from given
    where given.reason_code is not null
    group by given.period, given.unit_code, given.reason_code
    union all
    select
        given.period,
        'unit_text' as way,
        'unit' as scope_level,
        given.unit_code as scope_code,
        null as reason_code,
        given.reason_text,
        count(*) as uses,
        count(distinct given.unit_code) as units
    from given
    where given.reason_text is not null
    group by given.period, given.unit_code, given.reason_text
    union all
    select
        given.period,
        'text_units' as way,
        'city' as scope_level,
        given.city_code as scope_code,
        null as reason_code,
        given.reason_text,
        count(*) as uses,
        count(distinct given.unit_code) as units
    from given
    where given.reason_text is not null
    group by given.period, given.city_code, given.reason_text
    union all
    select
        given.period,
        'scope_reason' as way,
        'county' as scope_level,
        given.county_code as scope_code,
        given.reason_code,
        null as reason_text,
        count(*) as uses,
        count(distinct given.unit_code) as units
    from given
    where given.reason_code is not null
    group by given.period, given.county_code, given.reason_code
    union all
    select
        given.period,
        'scope_reason' as way,
        'rule' as scope_level,
        given.rule as scope_code,
        given.reason_code,
        null as reason_text,
        count(*) as uses,
        count(distinct given.unit_code) as units
    from given
    where given.reason_code is not null
    group by given.period, given.rule, given.reason_code
),

answered as (
    select
        given.period,
        scope.scope_level,
        case scope.scope_level
            when 'unit' then given.unit_code
            when 'county' then given.county_code
            when 'rule' then given.rule
            else given.city_code
        end as scope_code,
        count(*) as of_all
    from given
    cross join (values ('unit'), ('county'), ('rule'), ('city')) as scope (scope_level)
    group by all
)

select
    used.period,
    used.way,
    used.scope_level,
    used.scope_code,
    used.reason_code,
    used.reason_text,
    used.uses,
    used.units,
    answered.of_all,
    used.uses / answered.of_all as share,
    case used.way
        when 'text_units' then used.units >= reason_limit.text_units
        when 'scope_reason'
            then
                used.uses >= reason_limit.scope_uses
                and used.uses / answered.of_all >= reason_limit.scope_share
        else used.uses >= reason_limit.unit_uses
    end as is_overused
from used
cross join core.reason_limit as reason_limit
inner join answered
    on
        used.period = answered.period
        and used.scope_level = answered.scope_level
        and used.scope_code = answered.scope_code
