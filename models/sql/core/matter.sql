/*
zh: 联动事项登记(发起方所报,发起方未报时取对方所报;对方答复取报表和互认单中最新的)
grain: [period, matter_id]
*/
with listed as (
    select
        l3.*,
        claim.partner_code,
        claim.partner_doubt,
        row_number() over (
            partition by l3.period, l3.matter_id
            order by case when l3.unit_code = l3.initiator_code then 0 else 1 end, l3.unit_code, l3.line
        ) as choice
    from core.l3 as l3
    inner join core.claim as claim
        on l3.submission_id = claim.submission_id and l3.line = claim.line and claim.form = 'L3'
    where l3.matter_id is not null
),

known as (
    select
        listed.*,
        initiator.level as initiator_level,
        counterpart.level as counterpart_level,
        initiator.county_code as initiator_county,
        counterpart.county_code as counterpart_county,
        -- 99 stands for a party outside the directory (`sectors.outside` of structure.yml).
        coalesce(counterpart.sector, listed.counterpart_sector, 99) as sector,
        counterpart.unit_code is null or listed.partner_doubt is not null as is_outside,
        -- The initiator has reported, and lists it no more: what the partner lists is one side only.
        listed.unit_code <> listed.initiator_code and coalesce(initiator.is_used, false) as is_dropped,
        answered.answer,
        answered.note as answer_note,
        answered.received_at as answered_at,
        answered.door as answer_door
    from listed
    left join core.duty as initiator
        on listed.period = initiator.period and listed.initiator_code = initiator.unit_code
    left join core.duty as counterpart
        on listed.period = counterpart.period and listed.partner_code = counterpart.unit_code
    left join core.answer as answered
        on
            listed.period = answered.period
            and answered.form = 'L3'
            and listed.matter_id = answered.row_key
            and listed.partner_code = answered.unit_code
            and answered.choice = 1
    where listed.choice = 1
)

select
    known.period,
    known.matter_id,
    known.unit_code as reported_by,
    known.submission_id,
    known.line,
    known.initiator_code,
    known.partner_code as counterpart_code,
    known.counterpart_code as typed_counterpart_code,
    known.initiator_level,
    known.counterpart_level,
    known.initiator_county,
    known.counterpart_county,
    known.sector as counterpart_sector,
    known.direction,
    known.matter_type,
    known.raised_date,
    known.due_on,
    known.replied_date,
    known.closed_date,
    known.matter_status,
    known.shared_resource,
    case
        when known.is_outside then 9
        when known.is_dropped then 0
        else coalesce(known.answer, 0)
    end as mirror_confirmed,
    case
        when known.is_outside or known.is_dropped then 'one_sided'
        when known.answer = 1 then 'confirmed'
        when known.answer = 2 then 'disputed'
        else 'unanswered'
    end as mirror_status,
    known.partner_doubt,
    known.answered_at,
    known.answer_door,
    known.answer_note,
    period.period_start as sys__period_start,
    period.period_end as sys__period_end
from known
inner join core.period as period on known.period = period.period
