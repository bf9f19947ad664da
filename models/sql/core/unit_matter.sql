/*
zh: 单位与其联动事项(发起的和对方的,每件一行)
grain: [period, unit_code, matter_id]
*/
select
    matter.initiator_code as unit_code,
    matter.*
from core.matter as matter
union all
select
    matter.counterpart_code as unit_code,
    matter.*
from core.matter as matter
where matter.counterpart_code <> matter.initiator_code
