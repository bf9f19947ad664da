/*
zh: 结对联建关系
grain: [period, unit_code, line]
columns:
  is_active: 季末是否仍在结对
  is_confirmed: 对方是否已确认:也登记了同类关系,或在互认单上确认;有异议的以最新的答复为准
*/
select
    tie.period,
    tie.unit_code,
    tie.line,
    tie.pair_id,
    cast(tie.pair_type as integer) as pair_type,
    tie.partner_code as partner_unit_code,
    cast(tie.main_resource as integer) as main_resource,
    coalesce(tie.end_date > period.period_end, true) as is_active,
    tie.partner_lists_same = 1 as is_confirmed,
    cast(tie.partner_level as integer) as partner_level,
    tie.pair_activities,
    tie.pair_members,
    tie.pair_funds_ytd,
    tie.problems_listed,
    tie.problems_solved_ytd,
    tie.households_paired,
    tie.household_plans,
    tie.household_cadres,
    tie.mirror_status,
    tie.answered_at,
    tie.answer_door,
    tie.answer_note,
    tie.submission_id,
    tie.partner_unit_code as typed_partner_code,
    tie.partner_doubt,
    tie.start_date,
    tie.end_date
from core.tie as tie
inner join core.period as period on tie.period = period.period
