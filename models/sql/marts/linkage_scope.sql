/*
zh: 联动网络(按范围)
grain: [period, scope_level, scope_code]
columns:
  links: 有联动的单位对数(至少一方在范围内)
  reciprocal_links: 其中双向的
  reciprocity: 双向的占比(%)
  isolated: 孤点单位数(未报单位不算)
  components: 范围内单位分属几个连通片(孤点各为一片)
  through_units: 在市、县、乡相接的联动链上的单位数
  through_townships: 其中乡镇(街道)数
  townships: 乡镇(街道)数
  through_links: 市、县、乡相接的联动链条数,按居中的县直单位计
*/
with pairs as (
    select distinct
        link.period,
        least(link.from_code, link.to_code) as one,
        greatest(link.from_code, link.to_code) as other,
        back.from_code is not null as is_reciprocal
    from core.linkage as link
    left join core.linkage as back
        on link.period = back.period and link.from_code = back.to_code and link.to_code = back.from_code
),

ends as (
    select
        pairs.*,
        pairs.one as unit_code,
        pairs.other as partner_code
    from pairs
    union all
    select
        pairs.*,
        pairs.other as unit_code,
        pairs.one as partner_code
    from pairs
),

touching as (
    select distinct
        scope.period,
        scope.scope_level,
        scope.scope_code,
        ends.one,
        ends.other,
        ends.is_reciprocal
    from core.scope as scope
    inner join ends
        on scope.period = ends.period and scope.unit_code = ends.unit_code
    where scope.scope_level <> 'unit'
),

linked as (
    select
        touching.period,
        touching.scope_level,
        touching.scope_code,
        count(*) as links,
        count(*) filter (where touching.is_reciprocal) as reciprocal_links
    from touching
    group by touching.period, touching.scope_level, touching.scope_code
),

middles as (
    select
        ends.period,
        ends.unit_code,
        count(*) filter (where partner.level = 'city') as above,
        count(*) filter (
            where partner.level = 'township' and partner.county_code = middle.county_code
        ) as below
    from ends
    inner join core.duty as middle
        on ends.period = middle.period and ends.unit_code = middle.unit_code
    inner join core.duty as partner
        on ends.period = partner.period and ends.partner_code = partner.unit_code
    where middle.level = 'county'
    group by ends.period, ends.unit_code
),

counted as (
    select
        scope.period,
        scope.scope_level,
        scope.scope_code,
        count(*) as units_expected,
        count(*) filter (where duty.is_used) as units_used,
        count(*) filter (where unit.is_isolated) as isolated,
        count(distinct unit.component) as components,
        count(*) filter (where unit.through_link) as through_units,
        count(*) filter (where unit.through_link and duty.level = 'township') as through_townships,
        count(*) filter (where duty.level = 'township') as townships,
        coalesce(sum(middles.above * middles.below), 0) as through_links
    from core.scope as scope
    inner join core.duty as duty
        on scope.period = duty.period and scope.unit_code = duty.unit_code
    inner join marts.linkage_unit as unit
        on scope.period = unit.period and scope.unit_code = unit.unit_code
    left join middles
        on scope.period = middles.period and scope.unit_code = middles.unit_code
    where scope.scope_level <> 'unit'
    group by scope.period, scope.scope_level, scope.scope_code
)

select
    counted.period,
    counted.scope_level,
    counted.scope_code,
    cast(counted.units_expected as integer) as units_expected,
    cast(counted.units_used as integer) as units_used,
    cast(coalesce(linked.links, 0) as integer) as links,
    cast(coalesce(linked.reciprocal_links, 0) as integer) as reciprocal_links,
    100.0 * linked.reciprocal_links / nullif(linked.links, 0) as reciprocity,
    cast(counted.isolated as integer) as isolated,
    cast(counted.components as integer) as components,
    cast(counted.through_units as integer) as through_units,
    cast(counted.through_townships as integer) as through_townships,
    cast(counted.townships as integer) as townships,
    cast(counted.through_links as integer) as through_links
from counted
left join linked
    on
        counted.period = linked.period
        and counted.scope_level = linked.scope_level
        and counted.scope_code = linked.scope_code
