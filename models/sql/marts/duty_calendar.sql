/*
zh: 履责日历
grain: [period, unit_code, duty]
columns:
  duty: 履责事项编号(见“履责事项”一节)
  position: 在duties.yml中的次序
  cadence: 频次:month每月、quarter每季、half每半年、year每年、term按任期
  norm: 规范依据编号
  uom: 计量单位
  expected: 应完成数
  done: 已完成数
  state: 状态:done已完成、overdue逾期未完成、due_soon即将到期、not_due未到期或不涉及、unreported未报
  due_date: 到期日;换届为最早一个应换届日期
  taken_from: 数据取自哪一期所报;当年(半年)还没有问过这个单位的为空
*/
with running as (
    select
        duty.period,
        duty.unit_code,
        asked.*,
        period.year,
        period.period_end,
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

-- Every quarter of the term so far in which this unit owed a return that asked of the duty.
answers as (
    select
        running.period,
        running.unit_code,
        running.duty,
        past.period as taken_from,
        part.expected,
        part.done,
        part.soon,
        part.expected is not null and part.done is not null as is_said,
        coalesce(part.expected > 0 and part.expected <= part.done, false) as is_done,
        row_number() over (
            partition by running.period, running.unit_code, running.duty order by past.quarter desc
        ) as back
    from running
    inner join core.period as past
        on running.year = past.year and past.quarter between running.first_quarter and running.quarter
    inner join core.duty as earlier
        on past.period = earlier.period and running.unit_code = earlier.unit_code
    inner join core.duty_asked as then_asked
        on
            running.duty = then_asked.duty
            and earlier.unit_kind = then_asked.unit_kind
            and past.quarter = then_asked.quarter
    left join core.duty_part as part
        on past.period = part.period and running.unit_code = part.unit_code and running.duty = part.duty
    where earlier.owes and then_asked.is_asked
),

-- The last one counts; where it says nothing, what was done before is done.
taken as (
    select answers.*
    from answers
    where answers.back = 1 or answers.is_done
    qualify
        row_number() over (
            partition by answers.period, answers.unit_code, answers.duty
            order by answers.back = 1 and answers.is_said desc, answers.is_done desc, answers.back asc
        ) = 1
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
        running.*,
        taken.taken_from,
        taken.expected,
        taken.done,
        taken.soon,
        taken.is_said,
        coalesce(running.day, elections.due_on) as due_date
    from running
    left join taken
        on running.period = taken.period and running.unit_code = taken.unit_code and running.duty = taken.duty
    left join elections
        on
            running.cadence = 'term'
            and running.period = elections.period
            and running.unit_code = elections.unit_code
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
        when not answered.is_said then 'unreported'
        when answered.expected <= answered.done and answered.soon > 0 then 'due_soon'
        when answered.expected = 0 then 'not_due'
        when answered.expected <= answered.done then 'done'
        -- Never asked within the term, and the term is over: nobody can say, nobody is to blame.
        when answered.taken_from is null and answered.due_date <= answered.period_end then 'not_due'
        when answered.cadence = 'term' or answered.due_date <= answered.period_end then 'overdue'
        when date_diff('day', answered.period_end, answered.due_date) <= answered.soon_days then 'due_soon'
        else 'not_due'
    end as state,
    answered.due_date,
    answered.taken_from
from answered
