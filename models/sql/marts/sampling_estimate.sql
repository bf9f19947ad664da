/*
zh: 抽查误差估计
grain: [period, scope_level, scope_code, subject_kind, subject]
then: sampling_errors
columns:
  subject_kind: 对象种类:all全部、form报表、indicator指标、field填报项
  subject: 对象编号
  checked: 已核实的单元格数
  wrong: 其中不符的单元格数
  error_rate: 不符单元格占比的估计(0—1),按抽中概率加权;未核实的为空
  low: 不符占比区间下限
  high: 不符占比区间上限
  relative_error: 全部更正后合计将变动的比例(只对单个填报项)
  relative_low: 合计变动比例区间下限;不符的格太少(见parameters.yml)的为空
  relative_high: 合计变动比例区间上限;不符的格太少(见parameters.yml)的为空
from:
  scope_level: [city_code, level]
  scope_code: [city_code, level]
  subject_kind: [field]
  subject: [field]
  checked: [found]
  wrong: [reported, found]
  error_rate: [reported, found, probability]
  low: [reported, found, probability]
  high: [reported, found, probability]
  relative_error: [reported, found, probability]
  relative_low: [reported, found, probability]
  relative_high: [reported, found, probability]
*/
select
    cell.period,
    cell.unit_code,
    duty.city_code,
    duty.level,
    cell.field,
    cell.reported,
    cell.found,
    cell.probability
from core.sampling_cell as cell
inner join core.duty as duty
    on cell.period = duty.period and cell.unit_code = duty.unit_code
