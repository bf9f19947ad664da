/*
zh: 同口径单位的指标分子分母(两期都采用的)
grain: [period, kind, unit_code, indicator]
columns:
  compare_to: 与哪一期比较
  kind: 比较方式:previous与上季(环比)、year与上年同季(同比)
  numerator: 本期分子
  denominator: 本期分母
  numerator_then: 比较期分子
  denominator_then: 比较期分母
*/
select
    same.period,
    same.compare_to,
    same.kind,
    same.unit_code,
    part.indicator,
    part.numerator,
    part.denominator,
    past.numerator as numerator_then,
    past.denominator as denominator_then
from core.same_unit as same
inner join marts.indicator_part as part
    on same.period = part.period and same.unit_code = part.unit_code
inner join marts.indicator_part as past
    on
        same.compare_to = past.period
        and same.unit_code = past.unit_code
        and part.indicator = past.indicator
where
    part.numerator is not null
    and part.denominator > 0
    and past.numerator is not null
    and past.denominator > 0
