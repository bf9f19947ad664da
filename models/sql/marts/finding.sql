/*
zh: 审核意见(全部版本,含退回件,一条不少)
grain: [period, submission_id, number]
columns:
  number: 该报送的第几条意见
  version: 第几版
  is_current: 是否该单位本期现行版
  moment: 审核时点:receipt收到时、quarter合审时
  is_sign: 是否应付信号(R6),只给审核人看
  value: 填报值
  expected: 应为何值或在什么范围
  message: 意见
  status: 状态:open未处理、explained已说明、settled审核人已消除、waived规则已豁免、corrected新版已改正
  reason_code: 说明理由代码(explanation_reason)
  reason_text: 说明原文
  explained_by_role: 谁说明的:unit填报单位、reviewer审核人
  settled_from: 审核人当时看的是哪一份报送;此后各版沿用
  received_at: 收到时间
*/
with told as (
    select
        finding.*,
        submission.version,
        submission.is_current,
        submission.received_at,
        coalesce(finding.field, concat(finding.sheet, '!', finding.cell)) as place
    from core.finding as finding
    inner join core.submission as submission
        on
            finding.period = submission.period
            and finding.submission_id = submission.submission_id
),

newest as (
    select
        submission.period,
        submission.unit_code,
        submission.verdict is not null as is_judged
    from core.submission as submission
    where submission.is_current
),

-- The same finding in the version in force: what became of it is what is to be said of this one.
standing as (
    select
        told.period,
        told.unit_code,
        told.rule,
        told.part,
        told.place,
        told.row_key,
        min(told.status) as status,
        max(told.settled_by) as settled_by,
        min(told.value) as value,
        min(told.expected) as expected,
        min(told.rule_mark) as rule_mark
    from told
    where told.is_current
    group by told.period, told.unit_code, told.rule, told.part, told.place, told.row_key
),

traced as (
    select
        told.period,
        told.submission_id,
        told.number,
        told.version,
        told.is_current,
        told.unit_code,
        told.moment,
        told.rule,
        told.part,
        told.severity,
        told.form,
        told.field,
        told.sheet,
        told.cell,
        told.line,
        told.row_key,
        told.value,
        told.expected,
        told.message,
        told.received_at,
        told.is_current or standing.rule is not null or not coalesce(newest.is_judged, false) as is_there,
        case when told.is_current or standing.rule is null then told.status else standing.status end as said,
        case when told.is_current then told.settled_by else standing.settled_by end as settled_by,
        case when told.is_current then told.value else standing.value end as value_now,
        case when told.is_current then told.expected else standing.expected end as expected_now,
        case when told.is_current then told.rule_mark else standing.rule_mark end as mark_now,
        told.status = 'waived' as is_waived
    from told
    left join newest
        on told.period = newest.period and told.unit_code = newest.unit_code
    left join standing
        on
            told.period = standing.period
            and told.unit_code = standing.unit_code
            and told.rule = standing.rule
            and told.part is not distinct from standing.part
            and told.place is not distinct from standing.place
            and told.row_key is not distinct from standing.row_key
),

settled as (
    select distinct
        settlement.period,
        settlement.decision_id,
        settlement.submission_id,
        settlement.unit_code,
        settlement.text
    from core.settlement as settlement
),

note as (
    select
        value.submission_id,
        value.text
    from core.reported_value as value
    where value.field = 'period_note'
),

answered as (
    select
        traced.*,
        explanation.reason,
        explanation.role,
        settled.submission_id as settled_from,
        case
            when traced.is_waived or traced.said = 'waived' then 'waived'
            when not traced.is_there then 'corrected'
            when traced.said not in ('explained', 'accepted') then 'open'
            when traced.settled_by is not null then 'settled'
            else 'explained'
        end as status,
        coalesce(explanation.text, note.text) as unit_text,
        settled.text as reviewer_text
    from traced
    left join core.explanation as explanation
        on
            traced.period = explanation.period
            and traced.unit_code = explanation.unit_code
            and traced.rule = explanation.rule
            and traced.part = explanation.part
            and traced.field is not distinct from explanation.field
            and traced.row_key is not distinct from explanation.row_key
            and traced.value_now is not distinct from explanation.value
            and traced.expected_now is not distinct from explanation.expected
            and traced.mark_now = explanation.rule_mark
            and explanation.is_enough
    left join settled
        on
            traced.period = settled.period
            and traced.settled_by = settled.decision_id
            and traced.unit_code = settled.unit_code
    left join note
        on traced.submission_id = note.submission_id and traced.moment = 'receipt'
),

directory as (
    select
        unit.unit_code,
        max_by(unit.unit_name, unit.valid_from) as unit_name,
        max_by(unit.unit_kind, unit.valid_from) as unit_kind,
        max_by(unit.level, unit.valid_from) as level,
        max_by(unit.county_code, unit.valid_from) as county_code
    from core.unit_version as unit
    group by unit.unit_code
)

select
    answered.period,
    answered.submission_id,
    answered.number,
    answered.version,
    answered.is_current,
    answered.unit_code,
    coalesce(duty.unit_name, directory.unit_name) as unit_name,
    coalesce(duty.unit_kind, directory.unit_kind) as unit_kind,
    coalesce(duty.level, directory.level) as level,
    coalesce(duty.county_code, directory.county_code) as county_code,
    answered.moment,
    answered.rule,
    coalesce(rule.is_sign, false) as is_sign,
    answered.severity,
    answered.form,
    answered.field,
    answered.sheet,
    answered.cell,
    answered.line,
    answered.row_key,
    answered.value,
    answered.expected,
    answered.message,
    answered.status,
    case when answered.status = 'explained' then answered.reason end as reason_code,
    case answered.status
        when 'explained' then answered.unit_text
        when 'settled' then answered.reviewer_text
    end as reason_text,
    case answered.status
        when 'explained' then coalesce(answered.role, 'unit')
        when 'settled' then 'reviewer'
    end as explained_by_role,
    case when answered.status = 'settled' then answered.settled_from end as settled_from,
    answered.received_at
from answered
left join core.duty as duty
    on answered.period = duty.period and answered.unit_code = duty.unit_code
left join directory on answered.unit_code = directory.unit_code
left join core.rule as rule
    on answered.period = rule.period and answered.rule = rule.rule
