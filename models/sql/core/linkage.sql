/*
zh: 单位间的联动(双方确认的事项和联建)
grain: [period, from_code, to_code]
columns:
  from_code: 发起单位代码;联建两个方向各一行
  to_code: 对方单位代码
  matters: 对方已确认的事项数(不含撤回)
  ties: 双方都认可的在册联建数(机关联建、三级联建);任一方有异议的不计
*/
with joint as (
    select
        tie.period,
        tie.unit_code,
        tie.partner_unit_code,
        count(*) as ties
    from marts.tie as tie
    -- What the one objects to is listed back by the other all the same.
    left join marts.tie as back
        on
            tie.period = back.period
            and tie.unit_code = back.partner_unit_code
            and tie.partner_unit_code = back.unit_code
            and tie.pair_type = back.pair_type
            and back.mirror_status = 'disputed'
    where tie.pair_type in (4, 5) and tie.is_active and tie.is_confirmed and back.unit_code is null
    group by tie.period, tie.unit_code, tie.partner_unit_code
),

linked as (
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
        joint.period,
        joint.unit_code as from_code,
        joint.partner_unit_code as to_code,
        0 as matters,
        joint.ties
    from joint
    union all
    -- One that the partner confirmed on a sheet stands in no list of its own.
    select
        joint.period,
        joint.partner_unit_code as from_code,
        joint.unit_code as to_code,
        0 as matters,
        joint.ties
    from joint
)

select
    linked.period,
    linked.from_code,
    linked.to_code,
    cast(sum(linked.matters) as integer) as matters,
    cast(max(linked.ties) as integer) as ties
from linked
inner join core.duty as starting
    on linked.period = starting.period and linked.from_code = starting.unit_code
inner join core.duty as receiving
    on linked.period = receiving.period and linked.to_code = receiving.unit_code
where linked.from_code <> linked.to_code
group by linked.period, linked.from_code, linked.to_code
