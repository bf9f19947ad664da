/*
zh: 同口径单位(两期都应报、其间未合并分设)
grain: [period, kind, unit_code]
columns:
  compare_to: 与哪一期比较
  kind: 比较方式:previous与上季(环比)、year与上年同季(同比)
  kind_then: 该单位比较期的单位类别
*/
select
    comparison.period,
    comparison.compare_to,
    comparison.kind,
    duty.unit_code,
    past.unit_kind as kind_then
from core.comparison as comparison
inner join core.duty as duty on comparison.period = duty.period
inner join core.duty as past
    on comparison.compare_to = past.period and duty.unit_code = past.unit_code
left join core.broken_unit as broken
    on
        comparison.period = broken.period
        and comparison.kind = broken.kind
        and duty.unit_code = broken.unit_code
where duty.owes and past.owes and broken.unit_code is null
