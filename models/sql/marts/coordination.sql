/*
zh: 联动事项汇总(每件经一个已报的一方计入其范围,撤回的不计)
grain: [period, scope_level, scope_code, direction, initiator_level, counterpart_level, counterpart_sector]
columns:
  direction: 联动方向代码
  initiator_level: 发起方层级;名录外为outside
  counterpart_level: 对方层级;名录外为outside
  counterpart_sector: 对方性质代码
  matters: 在册事项数(不含撤回)
  raised: 其中本季提出
  confirmed: 其中对方已确认
  disputed: 其中对方有异议
  due: 其中到期或已办结(不含有异议的),即按期办结率的分母
  closed: 其中已办结
  closed_in_time: 其中按期办结(不含有异议的),即按期办结率的分子
  open_past_due: 其中过了约定日期仍未办结
  answered: 其中已首次答复
  response_days: 首次答复用时合计(自然日)
  response_days_median: 首次答复用时中位数(自然日)
  closing_days: 办结用时合计(自然日)
  closing_days_median: 办结用时中位数(自然日)
*/
with counting as (
    select distinct
        scope.period,
        scope.scope_level,
        scope.scope_code,
        party.matter_id
    from core.scope as scope
    inner join core.duty as duty
        on scope.period = duty.period and scope.unit_code = duty.unit_code
    inner join core.unit_matter as party
        on scope.period = party.period and scope.unit_code = party.unit_code
    where duty.is_used and scope.scope_level in ('city', 'county', 'county_level', 'level')
),

judged as (
    select
        matter.period,
        matter.matter_id,
        cast(matter.direction as integer) as direction,
        coalesce(matter.initiator_level, 'outside') as initiator_level,
        coalesce(matter.counterpart_level, 'outside') as counterpart_level,
        cast(matter.counterpart_sector as integer) as counterpart_sector,
        matter.raised_date between period.period_start and period.period_end as is_raised,
        matter.mirror_confirmed = 1 as is_confirmed,
        matter.mirror_confirmed = 2 as is_disputed,
        matter.closed_date <= period.period_end as is_closed,
        matter.closed_date <= matter.due_on as is_in_time,
        matter.due_on <= period.period_end as is_due,
        matter.matter_status in (3, 4) as is_ended,
        date_diff(
            'day',
            matter.raised_date,
            case when matter.replied_date <= period.period_end then matter.replied_date end
        ) as response_days,
        date_diff(
            'day',
            matter.raised_date,
            case when matter.closed_date <= period.period_end then matter.closed_date end
        ) as closing_days
    from core.matter as matter
    inner join core.period as period on matter.period = period.period
    where matter.matter_status is distinct from 5
)

select
    counting.period,
    counting.scope_level,
    counting.scope_code,
    judged.direction,
    judged.initiator_level,
    judged.counterpart_level,
    judged.counterpart_sector,
    cast(count(*) as integer) as matters,
    cast(any_value(expected.units_expected) as integer) as units_expected,
    cast(any_value(expected.units_used) as integer) as units_used,
    cast(count(*) filter (where judged.is_raised) as integer) as raised,
    cast(count(*) filter (where judged.is_confirmed) as integer) as confirmed,
    cast(count(*) filter (where judged.is_disputed) as integer) as disputed,
    cast(
        count(*) filter (where (judged.is_due or judged.is_closed) and not judged.is_disputed) as integer
    ) as due,
    cast(count(*) filter (where judged.is_closed) as integer) as closed,
    cast(
        count(*) filter (where judged.is_closed and judged.is_in_time and not judged.is_disputed) as integer
    ) as closed_in_time,
    cast(
        count(*) filter (
            where judged.is_due and not coalesce(judged.is_closed, false) and not coalesce(judged.is_ended, false)
        ) as integer
    ) as open_past_due,
    cast(count(judged.response_days) as integer) as answered,
    cast(sum(judged.response_days) as integer) as response_days,
    cast(median(judged.response_days) as double) as response_days_median,
    cast(sum(judged.closing_days) as integer) as closing_days,
    cast(median(judged.closing_days) as double) as closing_days_median
from counting
inner join judged on counting.period = judged.period and counting.matter_id = judged.matter_id
inner join core.coverage as expected
    on
        counting.period = expected.period
        and counting.scope_level = expected.scope_level
        and counting.scope_code = expected.scope_code
group by
    counting.period,
    counting.scope_level,
    counting.scope_code,
    judged.direction,
    judged.initiator_level,
    judged.counterpart_level,
    judged.counterpart_sector
