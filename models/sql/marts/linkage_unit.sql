/*
zh: 单位在联动网络中的位置
grain: [period, unit_code]
then: linkage
columns:
  degree_out: 向几家单位发起过已确认的联动(含联建)
  degree_in: 有几家单位向其发起过已确认的联动(含联建)
  partners: 联动伙伴数
  reciprocal_partners: 其中双向联动的
  component: 所在连通片的标识:片内最小的单位代码
  component_size: 所在连通片的单位数
  is_isolated: 孤点:已报而没有任何联动伙伴;未报又无人与其联动的为空
  through_link: 在一条市、县、乡相接的联动链上
from:
  degree_out: [to_code]
  degree_in: [to_code]
  partners: [to_code]
  reciprocal_partners: [to_code]
  component: [unit_code, to_code]
  component_size: [unit_code, to_code]
  is_isolated: [to_code, is_used]
  through_link: [to_code, level, county_code]
*/
select
    duty.period,
    duty.unit_code,
    duty.level,
    duty.county_code,
    duty.owes,
    duty.is_used,
    link.to_code
from core.duty as duty
left join core.linkage as link
    on duty.period = link.period and duty.unit_code = link.from_code
