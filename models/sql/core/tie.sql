/*
zh: 结对联建关系(已采用报表所列,含对方是否同样登记)
grain: [period, unit_code, line]
*/
with same as (
    select distinct
        listed.period,
        listed.unit_code,
        listed.partner_unit_code,
        listed.pair_type
    from core.l2 as listed
)

select
    l2.*,
    case
        when partner.unit_code is null then null
        when same.unit_code is null then 0
        else 1
    end as partner_lists_same
from core.l2 as l2
left join core.duty as partner
    on l2.period = partner.period and l2.partner_unit_code = partner.unit_code
left join same
    on
        l2.period = same.period
        and l2.partner_unit_code = same.unit_code
        and l2.unit_code = same.partner_unit_code
        and l2.pair_type = same.pair_type
