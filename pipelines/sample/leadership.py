"""班子: who leads the organ's Party organisation (F1), and the yearly assessment (F6)."""

from decimal import Decimal

from pipelines.sample.orgs import COMMITTEE, GENERAL
from pipelines.sample.turn import Turn

VACANT = 6
NOT_ASKED = 9


def fill(turn: Turn) -> None:
    """Committee members, secretary, deputy, discipline body."""
    words, org_type = turn.words["leadership"], turn.unit.party_org_type
    low, high = words["committee_seats"][org_type]
    seats = turn.lasting("seats").whole(low, high)
    empty = turn.draw("empty seats").chance(words["empty_seat"])
    filled = turn.before.get("committee_members_filled")
    if filled is None or turn.draw("seats").chance(words["seat_changes"]):
        filled = max(1, seats - empty)
    turn.now |= {"committee_members_quota": seats, "committee_members_filled": filled}
    _secretary(turn)
    _deputy(turn)
    body = words["discipline"][org_type]
    turn.now["discipline_body"] = _kept(turn, "discipline_body", body)


def _kept(turn: Turn, name: str, odds: dict[int, float], keep: float = 0.96) -> int:
    before, draw = turn.before.get(name), turn.draw(name)
    return int(before) if before is not None and draw.chance(keep) else draw.code(odds)


def _secretary(turn: Turn) -> None:
    odds = turn.words["leadership"]["secretary"][turn.unit.level]
    post = _kept(turn, "_secretary", odds)
    turn.now["_secretary"] = post
    turn.now["secretary_post_type"] = VACANT if turn.now["_main_vacant"] else post


def _deputy(turn: Turn) -> None:
    words = turn.words["leadership"]
    led = any(cadre.is_lead for cadre in turn.now["_cadres"])
    if turn.unit.party_org_type not in {COMMITTEE, GENERAL}:
        turn.now |= {"fulltime_deputy_set": NOT_ASKED, "deputy_in_party_group": NOT_ASKED}
        return
    turn.now["_no_deputy"] = _kept(turn, "_no_deputy", words["no_deputy"])
    turn.now["fulltime_deputy_set"] = 1 if led else turn.now["_no_deputy"]
    turn.now["deputy_in_party_group"] = _kept(turn, "deputy_in_party_group", words["in_group"])


def fill_assessment(turn: Turn) -> None:
    """Grades of the organisations below, the weight of Party building, the score of style."""
    words = turn.words["assessment"]
    draw, quarter = turn.draw("assessment"), turn.period.quarter
    assessed = draw.part(turn.now["org_total_close"], words["assessed"])
    odds = [share * draw.between(0.7, 1.3) for share in words["grades"]]
    grades = [draw.code(dict(enumerate(odds))) for _ in range(assessed)]
    names = ("assess_good", "assess_fair", "assess_general", "assess_poor")
    turn.now |= {name: grades.count(index) for index, name in enumerate(names)}
    if quarter == 1 or "assess_weight" not in turn.before:
        turn.now["assess_weight"] = Decimal(
            turn.lasting("weight", turn.period.year).code(
                words["no_weight"]
                if turn.lasting("weight").chance(words["none"])
                else words["weights"]
            )
        )
    else:
        turn.now["assess_weight"] = turn.before["assess_weight"]
    if not turn.now["assess_weight"]:
        turn.now["four_sync_count"] = min(3, turn.now["four_sync_count"])
    habit = max(-2.0, min(2.0, turn.mood.habit("style")))
    score = words["style"] + habit * words["style_step"] + draw.normal(1.2)
    turn.now["style_score"] = Decimal(round(min(99.4, max(66.0, score)) * 10)) / 10


def fill_meetings(turn: Turn) -> None:
    """组织生活会 and 民主评议: begun in the fourth quarter, finished and filed in the first."""
    words, draw = turn.words["meetings"], turn.draw("org life")
    branches, members = turn.now["branch_close"], turn.now["member_close"]
    rate = turn.mood.rate(words["held"][turn.period.quarter], "org life")
    done = draw.part(branches, min(0.998, rate))
    if turn.period.quarter == 1:
        done = min(branches, max(done, turn.before.get("org_life_meeting_done", 0)))
    turn.now["org_life_meeting_done"] = done
    if not done:
        turn.now |= dict.fromkeys(GRADES)
        return
    joined = max(1, round(members * done / branches * draw.between(*words["joined"])))
    excellent = int(joined * draw.between(*words["excellent"]))
    if draw.chance(words["generous"]) and joined >= words["generous_from"]:
        excellent = int(joined * draw.between(0.345, 0.4))
    graded = max(excellent, joined - turn.now["member_probation"])
    basic = draw.events(joined * words["basic"])
    worst = int(draw.chance(words["unqualified"]))
    rest = max(0, graded - excellent - basic - worst)
    basic, worst = (basic, worst) if rest else (0, 0)
    turn.now |= dict(zip(GRADES, (joined, excellent, rest, basic, worst), strict=True))


GRADES = (
    "appraisal_joined",
    "appraisal_excellent",
    "appraisal_qualified",
    "appraisal_basic",
    "appraisal_unqualified",
)


def fill_attendance(turn: Turn) -> None:
    """组织生活: how often members were expected; the retired less often."""
    low, high = turn.words["meetings"]["per_member"]
    often = turn.lasting("meetings").between(low, high) + turn.draw("meetings").between(-0.4, 0.5)
    expected = turn.now["member_close"] - turn.now["member_retired"] * 0.6
    turn.now["life_attend_due"] = max(12, round(expected * often))


def split_joint(turn: Turn) -> None:
    """Seven equal numbers would be no record but a guess; honest units do not have them."""
    names = turn.words["joint_fields"]
    values = {turn.now[name] for name in names}
    if len(values) == 1 and values != {0}:
        turn.now[names[-1]] += 1
