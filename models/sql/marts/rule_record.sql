/*
zh: 审核规则的运行记录(全部版本;数的是规则所判的事物:一份报表、清单一行或一格)
grain: [period, rule]
columns:
  evaluated: 判了多少:由质量关卡逐份记下,规则涉及的单位才计
  failed: 其中不符的
  explained: 不符中已说明或已由审核人消除的
  waived: 不符中规则已豁免的
  zh: 规则内容(意见的首句)
  moment: 审核时点:receipt收到时、quarter合审时
  settled: 已说明的当中由审核人消除的
  corrected: 不符中新版已改正的
  open: 不符中尚未处理的
  findings: 意见条数;一处可有几条
  units: 有不符的单位数
  share_explained: 已说明的占不符的比例
*/
with evaluated as (
    select
        evaluated.period,
        evaluated.rule,
        sum(evaluated.evaluated) as evaluated
    from core.rule_evaluated as evaluated
    group by evaluated.period, evaluated.rule
),

-- What failed is counted once; it is as far as the least answered of its findings.
thing as (
    select
        finding.period,
        finding.rule,
        finding.submission_id,
        finding.unit_code,
        case rule.thing
            when 'cell' then concat_ws('|', finding.field, finding.line)
            when 'row' then concat_ws('|', finding.line)
        end as place,
        min(
            case finding.status
                when 'open' then 1
                when 'explained' then 2
                when 'settled' then 3
                when 'waived' then 4
                else 5
            end
        ) as standing,
        count(*) as findings
    from marts.finding as finding
    inner join core.rule as rule
        on finding.period = rule.period and finding.rule = rule.rule
    group by finding.period, finding.rule, finding.submission_id, finding.unit_code, place
),

failed as (
    select
        thing.period,
        thing.rule,
        count(*) as failed,
        count(*) filter (where thing.standing = 1) as open,
        count(*) filter (where thing.standing in (2, 3)) as explained,
        count(*) filter (where thing.standing = 3) as settled,
        count(*) filter (where thing.standing = 4) as waived,
        count(*) filter (where thing.standing = 5) as corrected,
        sum(thing.findings) as findings,
        count(distinct thing.unit_code) as units
    from thing
    group by thing.period, thing.rule
)

select
    rule.period,
    rule.rule,
    cast(evaluated.evaluated as bigint) as evaluated,
    coalesce(failed.failed, 0) as failed,
    coalesce(failed.explained, 0) as explained,
    coalesce(failed.waived, 0) as waived,
    rule.zh,
    rule.severity,
    rule.moment,
    rule.is_sign,
    coalesce(failed.open, 0) as open,
    coalesce(failed.settled, 0) as settled,
    coalesce(failed.corrected, 0) as corrected,
    cast(coalesce(failed.findings, 0) as bigint) as findings,
    coalesce(failed.units, 0) as units,
    failed.explained / nullif(failed.failed, 0) as share_explained
from core.rule as rule
inner join evaluated
    on rule.period = evaluated.period and rule.rule = evaluated.rule
left join failed
    on rule.period = failed.period and rule.rule = failed.rule
where rule.is_active
