/*
zh: 联动事项登记(发起方所报,发起方未报时取对方所报;对方答复由双方已采用的报表得出)
grain: [period, matter_id]
*/
with listed as (
    select
        l3.*,
        row_number() over (
            partition by l3.period, l3.matter_id
            order by case when l3.unit_code = l3.initiator_code then 0 else 1 end, l3.unit_code, l3.line
        ) as choice
    from core.l3 as l3
    where l3.matter_id is not null
),

answered as (
    select
        period.period,
        answer.matter_id,
        answer.unit_code,
        answer.partner_answer,
        row_number() over (
            partition by period.period, answer.matter_id, answer.unit_code
            order by answer.period desc, answer.line asc
        ) as choice
    from core.l3 as answer
    inner join core.period as period on answer.period <= period.period
    where answer.partner_answer is not null and answer.unit_code = answer.counterpart_code
)

select
    listed.period,
    listed.matter_id,
    listed.unit_code as reported_by,
    listed.initiator_code,
    listed.counterpart_code,
    initiator.level as initiator_level,
    counterpart.level as counterpart_level,
    initiator.county_code as initiator_county,
    counterpart.county_code as counterpart_county,
    coalesce(counterpart.sector, listed.counterpart_sector) as counterpart_sector,
    listed.direction,
    listed.matter_type,
    listed.raised_date,
    listed.due_on,
    listed.replied_date,
    listed.closed_date,
    listed.matter_status,
    listed.shared_resource,
    case
        when counterpart.unit_code is null then 9
        else coalesce(answered.partner_answer, 0)
    end as mirror_confirmed,
    period.period_start as sys__period_start,
    period.period_end as sys__period_end
from listed
inner join core.period as period on listed.period = period.period
left join core.duty as initiator
    on listed.period = initiator.period and listed.initiator_code = initiator.unit_code
left join core.duty as counterpart
    on listed.period = counterpart.period and listed.counterpart_code = counterpart.unit_code
left join answered
    on
        listed.period = answered.period
        and listed.matter_id = answered.matter_id
        and listed.counterpart_code = answered.unit_code
        and answered.choice = 1
where listed.choice = 1
