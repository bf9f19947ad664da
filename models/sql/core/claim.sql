/*
zh: 双边登记(已采用报表里涉及另一单位的行;对方代码写错、经办人已确认的按确认后的代码)
grain: [period, form, submission_id, line]
columns:
  row_key: 这一行的编号:事项编号或关系编号
  claimed_by: 登记这件事的单位:事项的发起单位,关系的填报单位
  typed_code: 填写的对方单位代码
  partner_code: 对方单位代码(经确认的更正在内)
  pair_type: 关系类型代码,事项为空
  answer: 本行里填写的对方答复:1确认、2异议
  note: 本行里填写的异议说明
*/
select
    l2.period,
    'L2' as form,
    l2.submission_id,
    l2.line,
    coalesce(l2.pair_id, concat(l2.unit_code, '/', l2.line)) as row_key,
    l2.unit_code,
    l2.unit_code as claimed_by,
    l2.partner_unit_code as typed_code,
    coalesce(doubt.to_code, l2.partner_unit_code) as partner_code,
    case when doubt.to_code is null then doubt.doubt end as partner_doubt,
    l2.pair_type,
    l2.tie_answer as answer,
    cast(null as varchar) as note
from core.l2 as l2
left join core.partner_doubt as doubt
    on l2.submission_id = doubt.submission_id and l2.line = doubt.line and doubt.form = 'L2'
union all
select
    l3.period,
    'L3' as form,
    l3.submission_id,
    l3.line,
    l3.matter_id as row_key,
    l3.unit_code,
    l3.initiator_code as claimed_by,
    l3.counterpart_code as typed_code,
    coalesce(doubt.to_code, l3.counterpart_code) as partner_code,
    case when doubt.to_code is null then doubt.doubt end as partner_doubt,
    cast(null as decimal(18, 4)) as pair_type,
    l3.partner_answer as answer,
    l3.partner_note as note
from core.l3 as l3
left join core.partner_doubt as doubt
    on l3.submission_id = doubt.submission_id and l3.line = doubt.line and doubt.form = 'L3'
