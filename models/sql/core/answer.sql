/*
zh: 对方答复(报表和互认单里的全部答复,最新的排第1)
grain: [period, form, row_key, claimed_by, unit_code, choice]
columns:
  period: 在哪一期有效
  row_key: 所答复的行:事项编号或关系编号
  claimed_by: 登记关系的单位(两家可能用同一个关系编号);事项编号全市唯一,为空
  unit_code: 答复的单位
  given_in: 在哪一期答复的
  answer: 答复:1确认、2异议
  note: 异议说明
  received_at: 收到答复的时间
  door: 答复写在哪里:workbook报表、sheet互认单
  given_with: 报送编号,或互认单编号
  choice: 先后:1为最新,以此为准
*/
with listed_back as (
    select
        claim.period as given_in,
        claim.form,
        claim.row_key,
        claim.claimed_by,
        own.unit_code,
        coalesce(own.answer, 1) as answer,
        cast(null as varchar) as note,
        own.submission_id,
        own.line
    from core.claim as claim
    inner join core.claim as own
        on
            claim.period = own.period
            and claim.partner_code = own.unit_code
            and claim.unit_code = own.partner_code
            and claim.pair_type = own.pair_type
    where claim.form = 'L2' and own.form = 'L2' and own.partner_doubt is null
),

in_workbook as (
    select
        claim.period as given_in,
        claim.form,
        claim.row_key,
        cast(null as varchar) as claimed_by,
        claim.unit_code,
        claim.answer,
        claim.note,
        claim.submission_id,
        claim.line
    from core.claim as claim
    where claim.form = 'L3' and claim.unit_code = claim.partner_code and claim.answer is not null
    union all
    select listed_back.*
    from listed_back
),

given as (
    select
        own.given_in,
        own.form,
        own.row_key,
        own.claimed_by,
        own.unit_code,
        cast(own.answer as integer) as answer,
        own.note,
        -- A correction carries its rows along: what nobody touched was said when it first came.
        coalesce(unchanged.said_at, submission.received_at) as received_at,
        'workbook' as door,
        own.submission_id as given_with,
        0 as receipt_id,
        own.line
    from in_workbook as own
    inner join core.submission as submission on own.submission_id = submission.submission_id
    left join core.unchanged_row as unchanged
        on
            own.submission_id = unchanged.submission_id
            and own.form = unchanged.form
            and own.line = unchanged.line
    union all
    select
        sheet.period as given_in,
        sheet.form,
        sheet.row_key,
        case when sheet.form = 'L2' then sheet.claimed_by end as claimed_by,
        sheet.unit_code,
        sheet.answer,
        sheet.note,
        sheet.received_at,
        'sheet' as door,
        sheet.sheet_id as given_with,
        sheet.receipt_id,
        0 as line
    from core.mirror_answer as sheet
)

select
    period.period,
    given.form,
    given.row_key,
    given.claimed_by,
    given.unit_code,
    given.given_in,
    given.answer,
    given.note,
    given.received_at,
    given.door,
    given.given_with,
    row_number() over (
        partition by period.period, given.form, given.row_key, given.claimed_by, given.unit_code
        order by given.given_in desc, given.received_at desc, given.receipt_id desc, given.line asc
    ) as choice
from given
inner join core.period as period
    on
        given.given_in = period.period
        -- That a relation is listed back holds for its quarter only; what was said holds on.
        or (given.given_in < period.period and (given.form = 'L3' or given.door = 'sheet'))
