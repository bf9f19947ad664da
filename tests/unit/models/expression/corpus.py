"""Formulas as the catalogue writes them: a generous sample of every shape it uses."""

CORPUS = (
    "value IS NOT NULL",
    "IS_INT(value) AND value >= 0",
    "IS_NUM(value) AND value >= 0 AND DECIMALS(value) <= 2",
    "IS_DATE(value)",
    "value IN ENUM(field)",
    "value BETWEEN typical_min AND typical_max",
    "dir.unit_code IS NOT NULL AND unit_code = dir.unit_code AND COALESCE(dir.valid, 0) = 1",
    "report_period = sys.period_code",
    "county_code IN DIRECTORY_COUNTIES()",
    "NOT MATCHES(unit_name, 'ID_OR_MOBILE')",
    "assess_weight = 0 OR assess_weight BETWEEN 1 AND 100",
    "branch_close = branch_open + branch_add - branch_drop AND branch_close >= 0",
    "COALESCE(branch_over50_count, 0) + branch_under3_count <= branch_close",
    "NOT (party_org_type = 1 AND discipline_body = 0)",
    "sys.quarter NOT IN (2, 4) OR member_age_u35 + member_age_36_45 = member_close",
    "COALESCE(cadre_pt_age_u35 + cadre_pt_age_36_40, cadre_pt_total) = cadre_pt_total",
    "(staff_total < 100 AND cadre_ft_close + cadre_pt_total >= 1)"
    " OR (staff_total >= 100 AND cadre_ft_close >= 0.01 * staff_total)",
    "NOT (member_close >= 100 AND party_org_type <> 1)"
    " AND NOT (member_close >= 50 AND member_close < 100 AND party_org_type NOT IN (1, 2))",
    "cadre_ft_close * 1.0 / staff_total",
    "CASE WHEN member_close >= 100 THEN 1 ELSE 2 END",
    "dues_payable BETWEEN member_close * 3 * 1 AND member_close * 3 * 400",
    "dues_payable / member_close / 3",
    "COUNT(l1.org_seq) FILTER (WHERE l1.org_status <> 3) = org_total_close",
    "SUM(l1.org_formal_members) FILTER (WHERE l1.org_type IN (3, 4) AND l1.org_status <> 3)"
    " + SUM(l1.org_probation_members) FILTER (WHERE l1.org_type IN (3, 4)) = member_close",
    "COUNT(l1.org_seq) FILTER (WHERE l1.extension_status = 1 AND (l1.extension_until IS NULL"
    " OR l1.extension_until > DATE_ADD_YEARS(l1.due_date, 1))) = 0",
    "cadre_trained_ytd <= cadre_ft_close + cadre_pt_total + ytd(cadre_ft_left)",
    "ABS(COALESCE(fund_pair_ytd, 0) - COALESCE(SUM(l2.pair_funds_ytd)"
    " FILTER (WHERE l2.pair_type IN (1, 2, 3, 6)), 0)) <= 0.1",
    "theme_activity_joint <= COALESCE(SUM(l2.pair_activities), 0)"
    " + COUNT(l3.matter_id) FILTER (WHERE l3.matter_type = 3)",
    "COUNT(l3.matter_id) FILTER (WHERE (l3.matter_status = 3) <> (l3.closed_date IS NOT NULL)"
    " OR l3.initiator_code = l3.counterpart_code) = 0",
    "member_open = prev.member_close",
    "sys.quarter = 1 OR (fund_spent_ytd >= prev.fund_spent_ytd)",
    "change_type <> 0 OR (ABS(member_close - member_open) <= GREATEST(5, 0.15 * member_open)"
    " AND ABS(staff_total - prev.staff_total) <= GREATEST(5, 0.2 * prev.staff_total))",
    "COUNT(l1.org_seq) FILTER (WHERE l1.last_election_date"
    " <> COALESCE(l1.prev_election_done_date, l1.prev_last_election_date)) = 0",
    "(fund_spent_ytd - prev.fund_spent_ytd) / fund_spent_ytd",
    "ct_organ_members = member_close + SUM(child.member_close) FILTER (WHERE child.unit_level = 2)",
    "guid_given >= guid_units_covered"
    " AND ABS(guid_given - SUM(child.guid_received)) <= GREATEST(3, 0.2 * guid_given)",
    "SUM(peer_all.train_slots_offered) >= SUM(peer_all.train_slots_used)",
    "sub.is_current <> 1"
    " OR COUNT(sub.unit_code) OVER (PARTITION BY sub.unit_code, sub.period, sub.is_current) = 1",
    "COUNT(l1.org_seq) = COUNT_DISTINCT(l1.org_code)",
    "COUNT(l2.pair_id)"
    " = COUNT_DISTINCT(l2.pair_type, l2.partner_unit_code, l2.partner_name, l2.start_date)",
    "COUNT_DISTINCT(sub.unit_code) OVER (PARTITION BY sub.content_hash) = 1",
    "GREATEST(sys.title_dup_share, COUNT(l3.matter_id)"
    " FILTER (WHERE l3.closed_date = l3.raised_date) * 1.0 / COUNT(l3.matter_id))",
    "NOT (MAX_OF(joint_union, joint_youth, joint_women)"
    " = MIN_OF(joint_union, joint_youth, joint_women) AND joint_union > 0)",
    "LEAST(committee_members_filled, committee_members_quota) + branch_7plus_count",
    "CASE WHEN secretary_post_type IN (1, 2, 3, 4) OR (party_org_type IN (3, 4)"
    " AND secretary_post_type = 5) THEN 1 ELSE 0 END"
    " + CASE WHEN party_org_type IN (3, 4) THEN 0 ELSE COALESCE(branch_sec_dept_head, 0) END",
    "1 + CASE WHEN branch_sec_dept_head IS NULL OR party_org_type IN (3, 4)"
    " THEN 0 ELSE branch_close END",
    "ytd(cadre_rotated_in) + ytd(cadre_rotated_out)",
    "fund_budget_year * sys.quarter / 4",
    "COUNT(l3.matter_id) FILTER (WHERE l3.mirror_confirmed IN (1, 2)"
    " OR (l3.mirror_confirmed = 0 AND l3.raised_date < sys.period_start))",
    "CASE WHEN (pg_hear_count IS NULL OR pg_hear_count + COALESCE(prev.pg_hear_count, 0) > 0)"
    " AND pg_study_count + COALESCE(prev.pg_study_count, 0) > 0 THEN 1 ELSE 0 END",
    "SUM(LEAST(l2.household_plans, l2.household_cadres)) FILTER (WHERE l2.pair_type = 6)",
    "CASE WHEN sys.submitted_at <= sys.due_at THEN 1 ELSE 0 END",
    "CASE WHEN l1.org_type = 1 THEN 5 ELSE 3 END",
    "DATE_ADD_YEARS(l1.last_election_date, l1.term_years)",
    "CASE WHEN l1.org_status <> 3 AND l1.due_date < sys.period_end"
    " AND l1.election_done_date IS NULL AND NOT (l1.extension_status = 1"
    " AND l1.extension_until >= sys.period_end) THEN 1 ELSE 0 END",
    "COALESCE(l1.prev_election_done_date, l1.prev_last_election_date)",
    "DATE_DIFF_DAYS(l3.raised_date, l3.closed_date)",
    "l2.partner_unit_code IS NULL",
)
DATES = ("_date", "_at", "_until", "_on", "period_start", "period_end")
TEXTS = ("_code", "_name", "_title", "_id", "sub.period", "report_period", "content_hash")
