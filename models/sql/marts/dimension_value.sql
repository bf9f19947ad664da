/*
zh: 指数维度与画像各轴得分
grain: [period, view, compare_to, scope_level, scope_code, composite, dimension]
columns:
  value: 得分,0—100;有得分的指标不到适用指标一半的为空
*/
with counted as (
    select
        score.period,
        score.view,
        score.compare_to,
        score.scope_level,
        score.scope_code,
        part.composite,
        part.dimension,
        -- Exact sums do not depend on the order of rows.
        sum(cast(score.score as decimal(18, 9))) as total,
        sum(case when score.state = 'not_applicable' then 0 else 1 end) as applicable,
        count(score.score) as scored,
        sum(case when score.score is not null and score.taken_from < score.period then 1 else 0 end) as carried
    from marts.indicator_score as score
    inner join core.dimension as part on score.indicator = part.indicator
    group by
        score.period,
        score.view,
        score.compare_to,
        score.scope_level,
        score.scope_code,
        part.composite,
        part.dimension
)

select
    counted.period,
    counted.view,
    counted.compare_to,
    counted.scope_code,
    counted.scope_level,
    counted.composite,
    counted.dimension,
    case
        when counted.scored > 0 and 2 * counted.scored >= counted.applicable
            then cast(counted.total as double) / counted.scored
    end as value,
    cast(counted.applicable as integer) as indicators_applicable,
    cast(counted.scored as integer) as indicators_scored,
    cast(counted.carried as integer) as indicators_carried
from counted
