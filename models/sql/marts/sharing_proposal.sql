/*
zh: 余缺对接建议
grain: [period, proposal_id]
then: sharing
columns:
  proposal_id: 建议编号:报告期-资源类型代码-有余单位-有缺单位
  resource: 资源类别(见resources.yml)
  giver_code: 有余单位代码
  taker_code: 有缺单位代码
  spare: 有余单位的余量;现无数据的为空
  room: 有余单位可以对接的单位数
  short: 有缺单位现有的量(见resources.yml);现无数据的为空
  reach: 对接范围(见resources.yml);已采纳而现不在任何范围的为空
  distance: 范围的远近,小的近;不在任何范围的为空
  status: 状态:proposed建议、accepted已采纳、refused不采纳(本季不再提出)
  is_supported: 现有数据是否仍支持;已采纳后数据有变、不再支持的为否,建议仍保留
from:
  proposal_id: [period, resource, unit_code, taker_code]
  giver_code: [unit_code]
  taker_code: [unit_code, need, taker_code]
  room: [spare, need, pooled]
  reach: [level, county_code, taker_level, taker_county_code]
  distance: [level, county_code, taker_level, taker_county_code]
  is_supported: [spare, need, level, county_code]
*/
select
    part.period,
    part.resource,
    part.unit_code,
    duty.level,
    duty.county_code,
    part.spare,
    part.need,
    part.short,
    part.pooled,
    cast(null as varchar) as taker_code,
    cast(null as varchar) as taker_level,
    cast(null as varchar) as taker_county_code,
    cast(null as varchar) as status
from core.matching_part as part
inner join core.duty as duty
    on part.period = duty.period and part.unit_code = duty.unit_code
where duty.owes
union all
select
    made.period,
    made.resource_code as resource,
    made.giver_code as unit_code,
    giver.level,
    giver.county_code,
    cast(null as decimal(28, 6)) as spare,
    cast(null as decimal(28, 6)) as need,
    cast(null as decimal(28, 6)) as short,
    cast(null as decimal(28, 6)) as pooled,
    made.taker_code,
    taker.level as taker_level,
    taker.county_code as taker_county_code,
    made.status
from core.proposal_decision as made
left join core.duty as giver
    on made.period = giver.period and made.giver_code = giver.unit_code
left join core.duty as taker
    on made.period = taker.period and made.taker_code = taker.unit_code
