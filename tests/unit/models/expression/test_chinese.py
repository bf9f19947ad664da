from pathlib import Path

import pytest
import yaml

import models
from models.expression import Words, parse, to_chinese
from tests.unit.models.expression.corpus import CORPUS

WORDING = Path(models.__file__).parent / "catalogue" / "wording" / "expression.yml"
TEXTS: dict[str, str] = yaml.safe_load(WORDING.read_text(encoding="utf-8"))
LABELS = {
    "branch_close": "党支部数·期末(F1-12)",
    "branch_open": "党支部数·期初(F1-09)",
    "unit_level": "层级",
    "hours": "学时",
    "since": "成立日期",
    "name": "名称",
    "l1": "换届台账",
    "l1.org_seq": "序号",
    "l1.org_status": "党组织状态",
    "l1.done_date": "完成日期",
    "sub.unit_code": "报送单位",
}
CODES = {"unit_level": {1: "市直", 2: "县"}, "l1.org_status": {1: "正常", 3: "本季撤销"}}


def say(key: str, /, **fills: object) -> str:
    return TEXTS[key.removeprefix("expression.")].format(**fills)


WORDS = Words(LABELS.__getitem__, CODES.get, say)


@pytest.mark.parametrize(
    ("text", "chinese"),
    [
        ("branch_close = branch_open + 1 - hours * 2 / 3",
         "党支部数·期末(F1-12)=党支部数·期初(F1-09)+1-学时×2÷3"),
        ("unit_level = 2", "层级为“县”"),
        ("unit_level <> 7", "层级≠7"),
        ("unit_level >= 2", "层级≥“县”"),
        ("unit_level IN (1, 2)", "层级为“市直”或“县”"),
        ("hours NOT IN (2, 4)", "学时不为2或4"),
        ("name = '工委'", "名称为“工委”"),
        ("hours BETWEEN 1 AND hours + 1", "学时在1至(学时+1)之间"),
        ("hours NOT BETWEEN 1 AND 2", "学时不在1至2之间"),
        ("since IS NULL OR name IS NOT NULL AND NOT (hours > 1 OR TRUE)",
         "成立日期为空,或名称不为空,且不满足“学时>1,或恒成立”"),
        ("(hours = 1) = (unit_level = 1)", "“学时=1”与“层级为‘市直’”同时成立或同时不成立"),
        ("(hours = 1) <> (since IS NULL)", "“学时=1”与“成立日期为空”只有一个成立"),
        ("COALESCE(hours, 0) <= -1", "学时(为空时按0)≤-1"),
        ("ABS(hours - 1) < ROUND(hours, 2)", "(学时-1)的绝对值<学时(四舍五入到2位小数)"),
        ("GREATEST(hours, 5) > LEAST(hours, 6)", "学时、5中的最大值>学时、6中的最小值"),
        ("CASE WHEN unit_level = 1 THEN 1 ELSE 0 END + 1",
         "(符合“层级为‘市直’”时取1,否则取0)+1"),
        ("since > DATE '2026-03-01'", "成立日期>2026年3月1日"),
        ("DATE_ADD_YEARS(since, 5) > since", "成立日期满5年之日>成立日期"),
        ("DATE_DIFF_DAYS(since, since)", "成立日期至成立日期的天数"),
        ("ytd(hours) + prev.hours", "学时的本年累计+学时的上期数"),
        ("COUNT(l1.org_seq)", "换届台账的行数"),
        ("COUNT(l1.org_seq) FILTER (WHERE l1.org_status <> 3)",
         "换届台账中满足“党组织状态不为‘本季撤销’”的行数"),
        ("SUM(child.hours) FILTER (WHERE child.unit_level = 2)",
         "下级单位中满足“层级为‘县’”的学时合计"),
        ("COUNT(child.hours) + SUM(peer_all.hours)", "下级单位的单位数+全市各单位的学时合计"),
        ("COUNT_DISTINCT(l1.org_seq, l1.done_date)", "换届台账的序号、完成日期不重复的个数"),
        ("COUNT(sub.unit_code) OVER (PARTITION BY sub.unit_code) = 1",
         "各次报送的份数(按报送单位分组)=1"),
        ("IS_INT(hours) AND IS_NUM(hours) AND IS_DATE(since)",
         "学时是整数,且学时是数字,且成立日期是日期"),
        ("DECIMALS(hours) <= 2", "学时的小数位数≤2"),
        ("NOT MATCHES(name, 'ID_OR_MOBILE')", "不满足“名称含有身份证号或手机号”"),
        ("unit_level IN ENUM(field)", "层级为规定的选项"),
        ("name IN DIRECTORY_COUNTIES()", "名称为名录中的县(市、区)代码"),
        ("CASE WHEN FALSE THEN NULL END", "符合“恒不成立”时取空"),
    ],
)  # fmt: skip
def test_people_read_it_in_chinese(text: str, chinese: str) -> None:
    assert to_chinese(parse(text), WORDS) == chinese


@pytest.mark.parametrize("text", CORPUS)
def test_all_that_the_catalogue_writes_can_be_said(text: str) -> None:
    words = Words(lambda name: f"【{name.rpartition('.')[2]}】", lambda _: None, say)
    said = to_chinese(parse(text), words)
    assert "【" in said
    assert "{" not in said


def test_a_name_without_a_label_is_an_error() -> None:
    with pytest.raises(KeyError, match="nobody"):
        to_chinese(parse("nobody = 1"), WORDS)
