/*
zh: 报送情况(应报单位,未报的也在内)
grain: [period, unit_code]
columns:
  is_given: 已报且未被退回
  sys__quarter: 季度
  sys__period_start: 报告期首日
  sys__period_end: 报告期末日
  sys__submitted_at: 首次收到时间
  sys__due_at: 报送截止时间(含延期)
  sys__return_count: 退回次数
  sys__perfunctory_flags: 未消除的疑似敷衍数
*/
select
    duty.period,
    duty.unit_code,
    duty.unit_kind,
    duty.is_given,
    period.quarter as sys__quarter,
    period.period_start as sys__period_start,
    period.period_end as sys__period_end,
    duty.submitted_at as sys__submitted_at,
    duty.due_at as sys__due_at,
    duty.return_count as sys__return_count,
    duty.perfunctory_flags as sys__perfunctory_flags
from core.duty as duty
inner join core.period as period on duty.period = period.period
where duty.owes
