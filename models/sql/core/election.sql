/*
zh: 党组织换届(已采用报表的换届台账,不含撤销的)
grain: [period, unit_code, line]
columns:
  org_code: 党组织代码
  org_type: 党组织类型代码
  due_on: 应换届日期;已批准延期的为延期至
  is_overdue: 期末逾期未换届
  is_done: 本季完成换届
  falls_in: 落在哪一季:overdue已逾期,或今后的报告期;日期不详为空
*/
with dated as (
    select
        l1.period,
        l1.unit_code,
        l1.line,
        l1.org_code,
        cast(l1.org_type as integer) as org_type,
        case
            when l1.election_done_date is not null
                then cast(l1.election_done_date + interval '1' year * cast(l1.term_years as integer) as date)
            when l1.extension_status = 1 and l1.extension_until > l1.due_date then l1.extension_until
            else l1.due_date
        end as due_on,
        coalesce(l1.overdue_flag = 1, false) as is_overdue,
        l1.election_done_date is not null as is_done,
        cast(period.period_end + interval '1' day as date) as next_day
    from core.l1 as l1
    inner join core.period as period on l1.period = period.period
    where l1.org_status is distinct from 3
)

select
    dated.period,
    dated.unit_code,
    dated.line,
    dated.org_code,
    dated.org_type,
    dated.due_on,
    dated.is_overdue,
    dated.is_done,
    case
        when dated.is_overdue then 'overdue'
        when dated.due_on is not null
            then concat(
                year(greatest(dated.due_on, dated.next_day)), 'Q', quarter(greatest(dated.due_on, dated.next_day))
            )
    end as falls_in
from dated
