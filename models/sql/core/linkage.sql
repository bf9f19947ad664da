/*
zh: 单位间的联动(双方确认的事项和联建)
grain: [period, from_code, to_code]
columns:
  from_code: 发起单位代码;联建两个方向各一行
  to_code: 对方单位代码
  matters: 对方已确认的事项数(不含撤回)
  ties: 双方都登记的在册联建数(机关联建、三级联建)
*/
with linked as (
    select
        matter.period,
        matter.initiator_code as from_code,
        matter.counterpart_code as to_code,
        1 as matters,
        0 as ties
    from core.matter as matter
    where matter.mirror_confirmed = 1 and matter.matter_status is distinct from 5
    union all
    select
        tie.period,
        tie.unit_code as from_code,
        tie.partner_unit_code as to_code,
        0 as matters,
        1 as ties
    from marts.tie as tie
    where tie.pair_type in (4, 5) and tie.is_active and tie.is_confirmed
)

select
    linked.period,
    linked.from_code,
    linked.to_code,
    cast(sum(linked.matters) as integer) as matters,
    cast(sum(linked.ties) as integer) as ties
from linked
inner join core.duty as starting
    on linked.period = starting.period and linked.from_code = starting.unit_code
inner join core.duty as receiving
    on linked.period = receiving.period and linked.to_code = receiving.unit_code
where linked.from_code <> linked.to_code
group by linked.period, linked.from_code, linked.to_code
