/*
zh: 履责日历
grain: [period, unit_code, duty]
columns:
  duty: 履责事项(见duties.yml)
  position: 在duties.yml中的次序
  cadence: 频次:month每月、quarter每季、half每半年、year每年、term按任期
  norm: 规范依据编号
  uom: 计量单位
  expected: 应完成数
  done: 已完成数
  state: 状态:done已完成、overdue逾期未完成、due_soon即将到期、not_due未到期或不涉及、unreported未报
  due_date: 到期日;换届为最早一个应换届日期
  taken_from: 数据取自哪一期所报;当年尚未问到的为空
*/
with asked as (
    select
        duty.period,
        duty.unit_code,
        asked.*,
        period.period_end,
        case
            when asked.taken_quarter is not null then concat(period.year, 'Q', asked.taken_quarter)
        end as taken_from,
        case
            when asked.cadence = 'term' then null
            when asked.due_day is not null
                then make_date(
                    period.year, cast(left(asked.due_day, 2) as integer), cast(right(asked.due_day, 2) as integer)
                )
            else last_day(make_date(period.year, 3 * asked.due_quarter, 1))
        end as day
    from core.duty as duty
    inner join core.period as period on duty.period = period.period
    inner join core.duty_asked as asked
        on duty.unit_kind = asked.unit_kind and period.quarter = asked.quarter
    where duty.owes
),

elections as (
    select
        election.period,
        election.unit_code,
        min(election.due_on) as due_on
    from core.election as election
    group by election.period, election.unit_code
),

answered as (
    select
        asked.*,
        part.unit_code is not null as is_reported,
        part.expected,
        part.done,
        part.soon,
        coalesce(asked.day, elections.due_on) as due_date
    from asked
    left join core.duty_part as part
        on asked.taken_from = part.period and asked.unit_code = part.unit_code and asked.duty = part.duty
    left join elections
        on asked.cadence = 'term' and asked.period = elections.period and asked.unit_code = elections.unit_code
)

select
    answered.period,
    answered.unit_code,
    answered.duty,
    cast(answered.position as integer) as position,
    answered.zh,
    answered.cadence,
    answered.norm,
    answered.uom,
    answered.expected,
    answered.done,
    case
        when answered.taken_from is not null and not answered.is_reported then 'unreported'
        when answered.taken_from is not null and (answered.expected is null or answered.done is null)
            then 'unreported'
        when answered.expected <= answered.done and answered.soon > 0 then 'due_soon'
        when answered.expected = 0 then 'not_due'
        when answered.expected <= answered.done then 'done'
        when answered.cadence = 'term' or answered.due_date <= answered.period_end then 'overdue'
        when date_diff('day', answered.period_end, answered.due_date) <= answered.soon_days then 'due_soon'
        else 'not_due'
    end as state,
    answered.due_date,
    answered.taken_from
from answered
