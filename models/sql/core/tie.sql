/*
zh: 结对联建关系(已采用报表所列;对方同样登记即为确认,登记和互认单以最新的为准)
grain: [period, unit_code, line]
columns:
  partner_code: 对方单位代码(经确认的更正在内)
  partner_lists_same: 对方是否确认:1确认(同样登记,或在互认单上确认)、0否;对方不在名录为空
*/
select
    l2.*,
    claim.partner_code,
    claim.partner_doubt,
    case
        when partner.unit_code is null then null
        when claim.partner_doubt is null and answered.answer = 1 then 1
        else 0
    end as partner_lists_same,
    case
        when claim.partner_code is null then null
        when claim.partner_doubt is not null or partner.unit_code is null then 'one_sided'
        when answered.answer = 1 then 'confirmed'
        when answered.answer = 2 then 'disputed'
        -- Its own return is there and does not have it.
        when partner.is_used then 'one_sided'
        else 'unanswered'
    end as mirror_status,
    answered.received_at as answered_at,
    answered.door as answer_door,
    answered.note as answer_note
from core.l2 as l2
inner join core.claim as claim
    on l2.submission_id = claim.submission_id and l2.line = claim.line and claim.form = 'L2'
left join core.duty as partner
    on l2.period = partner.period and claim.partner_code = partner.unit_code
left join core.answer as answered
    on
        l2.period = answered.period
        and answered.form = 'L2'
        and claim.row_key = answered.row_key
        and claim.claimed_by = answered.claimed_by
        and claim.partner_code = answered.unit_code
        and answered.choice = 1
