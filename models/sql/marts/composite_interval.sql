/*
zh: 指数区间与档次
grain: [period, view, compare_to, scope_level, scope_code, composite]
then: intervals
columns:
  low: 指数区间下限
  high: 指数区间上限
  rank_low: 名次区间下限
  rank_high: 名次区间上限
  groups: 参加比较的组数
  tier: 档次:区间全在一档之内才有
from:
  low: [dimension, score]
  high: [dimension, score]
  rank_low: [dimension, score, progress]
  rank_high: [dimension, score, progress]
  groups: [scope_level, scope_code]
  tier: [dimension, score]
*/
select
    score.period,
    score.view,
    score.compare_to,
    score.scope_level,
    score.scope_code,
    part.composite,
    part.dimension,
    score.indicator,
    score.score,
    score.progress
from marts.indicator_score as score
inner join core.dimension as part on score.indicator = part.indicator
inner join marts.composite_index as whole
    on
        score.period = whole.period
        and score.view = whole.view
        and score.compare_to is not distinct from whole.compare_to
        and score.scope_level = whole.scope_level
        and score.scope_code = whole.scope_code
        and part.composite = whole.composite
where whole.weighting = 'equal' and whole.value is not null and score.score is not null
