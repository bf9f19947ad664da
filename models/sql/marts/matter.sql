/*
zh: 联动事项
grain: [period, matter_id]
*/
select
    matter.period,
    matter.matter_id,
    matter.initiator_code,
    matter.counterpart_code,
    matter.initiator_level,
    matter.counterpart_level,
    matter.initiator_county,
    matter.counterpart_county,
    cast(matter.direction as integer) as direction,
    cast(matter.matter_type as integer) as matter_type,
    matter.raised_date,
    matter.due_on,
    matter.replied_date,
    matter.closed_date,
    cast(matter.matter_status as integer) as matter_status,
    cast(matter.shared_resource as integer) as shared_resource,
    cast(matter.mirror_confirmed as integer) as mirror_confirmed,
    matter.mirror_status,
    matter.answered_at,
    matter.answer_door,
    matter.answer_note,
    matter.reported_by,
    matter.submission_id,
    matter.line,
    matter.typed_counterpart_code,
    matter.partner_doubt
from core.matter as matter
