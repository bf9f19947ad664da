"""The line under a chart: who should have reported, who did, which quarter, which structure."""

from dashboards import wording
from dashboards.answers import Answer, Question
from dashboards.figures.setting import Setting
from dashboards.scopes import whole
from dashboards.structures import is_estimated
from dashboards.view import TODAY


def coverage(question: Question, answer: Answer, setting: Setting, wanted: str = "") -> str:
    """The line under a chart: who should have reported, who did, which quarter and structure."""
    say = setting.say
    kind = question.snapshot.standing(question.view.period)
    parts_ = [
        _returns(answer, say),
        wording.period_name(say, question.view.period),
        structure_line(question, say, wanted or question.view.structure),
        say(f"kind_{kind}"),
    ]
    if question.snapshot.is_sample:
        parts_.append(say("sample"))
    if answer.omitted:
        parts_.append(say("omitted", count=answer.omitted))
    return say("separator").join(parts_)


def structure_line(question: Question, say: wording.Say, wanted: str) -> str:
    """Which structure view is told; where it is not the one wanted, why not."""
    under = question.under
    if under.name != wanted:
        why = "lacks_structure" if question.compared or wanted == TODAY else "lacks_compared"
        return say(why, structure=say(f"structure_{wanted}"))
    text = say("told_in", structure=say(f"structure_{under.name}"))
    if under.compare_to:
        text += say("same_as", period=wording.period_name(say, under.compare_to))
    if under.name == TODAY and is_estimated(question.snapshot, under.period, *whole(question.view)):
        text += say("estimated")
    return text


def _returns(answer: Answer, say: wording.Say) -> str:
    text = say("coverage", expected=answer.expected, used=answer.used)
    if answer.counted is None or answer.counted == answer.used:
        return text
    return text + say("counted", count=answer.counted)
