"""What a unit gets back, on the command line: check, receipt, answers."""

from pathlib import Path
from typing import Annotated

import typer

from models.loader import load_catalogue
from pipelines.answering import NoSuchReceiptError, period_replies, reply_to, write_returned
from pipelines.commands.telling import CannotError, Teller, Verb, at_time, one_file, one_period
from pipelines.judging.checking import Checked, check_file
from pipelines.registry import reading
from pipelines.reply.answer import Answer, said
from pipelines.reply.files import write_receipt
from pipelines.settings import home

Json = Annotated[bool, typer.Option("--json")]
Out = Annotated[Path | None, typer.Option("--out")]
At = Annotated[str | None, typer.Option("--at")]
EXIT = {"accepted": 0, "answers": 0, "refused": 2}


def check(
    files: list[Path],
    json: Json = False,  # noqa: FBT002
    out: Out = None,
    at: At = None,
) -> None:
    """Say what a unit would be told of files; record nothing."""
    tell, catalogue = Teller(), load_catalogue()
    hour = at_time(at)
    with reading(home()) as registry:
        results = [check_file(home(), registry, catalogue, one_file(f), hour) for f in files]
        backs = [each.returned for each in results if out and each.returned]
        written = list(write_returned(registry, catalogue, out, backs)) if out else []
    if json:
        tell.json([each.as_json() for each in results] if len(files) > 1 else results[0].as_json())
    else:
        for each in results:
            tell.checked(each)
        for path in written:
            tell.say("returned_written", path=path)
        if out and not written:
            tell.say("none_returned")
    raise typer.Exit(max(_exit(each) for each in results))


def _exit(checked: Checked) -> int:
    return EXIT.get(checked.verdict, 1)


def receipt(receipt_number: str, json: Json = False, out: Out = None) -> None:  # noqa: FBT002
    """Show the answer to a receipt or a submission, or write it as a page."""
    tell, catalogue = Teller(), load_catalogue()
    try:
        with reading(home()) as registry:
            reply = reply_to(home(), registry, catalogue, receipt_number)
            backs = [reply.returned] if out and reply.returned else []
            written = list(write_returned(registry, catalogue, out, backs)) if out else []
    except NoSuchReceiptError as error:
        raise CannotError("no_receipt", number=receipt_number) from error
    if json:
        tell.json(reply.answer.as_json(catalogue))
    elif out is None:
        _tell(tell, reply.answer)
    if out is not None:
        written += write_receipt(out, catalogue, reply.answer)
        if not json:
            tell.say("answer_written", names="、".join(path.name for path in written), folder=out)


def _tell(tell: Teller, answer: Answer) -> None:
    catalogue = load_catalogue()
    came, standing = answer.came, answer.standing
    if came:
        tell.say(
            "answer_came",
            number=came.receipt_id,
            at=came.received_at,
            file=came.original_name,
            sha=came.file_sha256[:12],
            outcome=said(catalogue, "outcome", came.outcome),
        )
    if came and came.reason:
        tell.say("answer_reason", reason=came.reason)
    if standing:
        tell.say(
            "answer_standing",
            unit=standing.unit.unit_name,
            period=standing.period,
            version=standing.version,
            verdict=said(catalogue, "verdict", standing.verdict or "none"),
            status=catalogue.campaign.state(standing.status),
        )
    for each in answer.findings:
        text = f"{each.problem}{each.demand}"
        place = f"{each.sheet}!{each.cell} " if each.cell else ""
        tell.say("finding", severity=each.severity_zh, rule=each.rule, message=f"{place}{text}")
    tell.next_step(answer.next_step)


def answers(
    period: str,
    out: Annotated[Path, typer.Option("--out")],
    unit: Annotated[str | None, typer.Option("--unit")] = None,
    json: Json = False,  # noqa: FBT002
) -> None:
    """Write the answer to every current submission of a quarter."""
    tell, catalogue = Teller(), load_catalogue()
    progress, backs = tell.progress("answers"), []
    with reading(home()) as registry:
        total, replies = period_replies(home(), registry, catalogue, one_period(period), unit)
        if not total:
            raise CannotError("no_answers", period=period)
        for number, reply in enumerate(replies, start=1):
            write_receipt(out, catalogue, reply.answer)
            progress(number, total)
            if reply.returned:
                backs.append(reply.returned)
        show = tell.progress("returned")
        for number, _ in enumerate(write_returned(registry, catalogue, out, backs), start=1):
            show(number, len(backs))
    told = {"period": period, "answers": total, "returned": len(backs), "folder": str(out)}
    if json:
        tell.json(told)
    else:
        tell.say("answers_written", **told)


VERBS = (
    Verb("check", check),
    Verb("receipt", receipt),
    Verb("answers", answers),
)
