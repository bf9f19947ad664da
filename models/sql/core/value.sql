/*
zh: 填报值(全部版本;对方确认和对方性质由系统得出)
grain: [submission_id, field, line]
*/
select
    reported.submission_id,
    reported.unit_code,
    reported.period,
    reported.form,
    reported.field,
    reported.line,
    case
        when reported.field = 'l3.mirror_confirmed' then coalesce(matter.mirror_confirmed, reported.number)
        when reported.field = 'l3.counterpart_sector' then coalesce(matter.counterpart_sector, reported.number)
        else reported.number
    end as number,
    reported.text,
    reported.date,
    reported.how,
    reported.sheet,
    reported.cell,
    reported.typed
from core.reported_value as reported
left join core.l3 as l3
    on
        reported.field in ('l3.mirror_confirmed', 'l3.counterpart_sector')
        and reported.submission_id = l3.submission_id
        and reported.line = l3.line
left join core.matter as matter
    on l3.period = matter.period and l3.matter_id = matter.matter_id
