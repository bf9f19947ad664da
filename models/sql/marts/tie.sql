/*
zh: 结对联建关系
grain: [period, unit_code, line]
*/
select
    tie.period,
    tie.unit_code,
    tie.line,
    tie.pair_id,
    cast(tie.pair_type as integer) as pair_type,
    tie.partner_unit_code,
    cast(tie.main_resource as integer) as main_resource,
    coalesce(tie.end_date > period.period_end, true) as is_active,
    tie.partner_lists_same = 1 as is_confirmed,
    tie.pair_activities,
    tie.pair_funds_ytd,
    tie.problems_listed,
    tie.problems_solved_ytd,
    tie.households_paired,
    tie.household_plans,
    tie.household_cadres
from core.tie as tie
inner join core.period as period on tie.period = period.period
