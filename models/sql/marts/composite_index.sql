/*
zh: 指数值(等权与另设权重)
grain: [period, view, compare_to, scope_level, scope_code, composite, weighting]
columns:
  value: 指数值,1—100;有维度算不出的为空
*/
with wanted as (
    select
        weight.composite,
        weight.weighting,
        count(*) as dimensions
    from core.dimension_weight as weight
    group by weight.composite, weight.weighting
),

joined as (
    select
        dimension.period,
        dimension.view,
        dimension.compare_to,
        dimension.scope_level,
        dimension.scope_code,
        dimension.composite,
        weight.weighting,
        count(dimension.value) as dimensions,
        -- Exact sums do not depend on the order of rows.
        sum(cast(weight.weight * ln(greatest(dimension.value, 1.0)) as decimal(18, 12))) as total,
        sum(cast(weight.weight as decimal(18, 6))) as weight
    from marts.dimension_value as dimension
    inner join core.dimension_weight as weight
        on dimension.composite = weight.composite and dimension.dimension = weight.dimension
    group by
        dimension.period,
        dimension.view,
        dimension.compare_to,
        dimension.scope_level,
        dimension.scope_code,
        dimension.composite,
        weight.weighting
)

select
    joined.period,
    joined.view,
    joined.compare_to,
    joined.scope_level,
    joined.scope_code,
    joined.composite,
    joined.weighting,
    -- The index needs all its dimensions.
    case
        when joined.dimensions = wanted.dimensions
            then exp(cast(joined.total as double) / cast(joined.weight as double))
    end as value
from joined
inner join wanted
    on joined.composite = wanted.composite and joined.weighting = wanted.weighting
