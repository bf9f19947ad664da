"""Three schedules: open a quarter, remind, say what is missing at a deadline. None ever locks.

Each looks once a day at the campaign's calendar, with the hour of its tick as the clock, and asks
for a run only when something is due.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import dagster as dg
from sqlalchemy import Connection

from models.catalogue_model import Catalogue
from models.period import ZONE, Period
from pipelines.defs.partitions import sync_partitions
from pipelines.defs.telling import joined, labelled
from pipelines.disk import BusyError
from pipelines.quarter.automatic import carry_out
from pipelines.quarter.campaign import SCHEDULES, Task, due_tasks, progress
from pipelines.registry import reading, writing
from pipelines.settings import home

RETRIES, SECONDS_BETWEEN = 10, 60
CONFIG = {"tasks": [{"what": str, "period": str, "on": str, "steps": [str]}], "at": str}


def schedule_jobs(catalogue: Catalogue) -> list[dg.JobDefinition]:
    """A job for each schedule: it carries out the tasks that the tick decided on."""
    return [_job(name, catalogue) for name in SCHEDULES]


def schedules(catalogue: Catalogue) -> list[dg.ScheduleDefinition]:
    """The three schedules, by Beijing time."""
    return [_schedule(name, catalogue) for name in SCHEDULES]


def _schedule(name: str, catalogue: Catalogue) -> dg.ScheduleDefinition:
    @dg.schedule(
        name=f"{name}_schedule",
        job_name=name,
        cron_schedule=catalogue.campaign.ticks,
        execution_timezone=str(ZONE),
        description=catalogue.say(f"campaign.schedule_{name}"),
    )
    def tick(context: dg.ScheduleEvaluationContext) -> dg.SkipReason | dg.RunRequest:
        at = context.scheduled_execution_time.astimezone(ZONE).replace(tzinfo=None)
        with reading(home()) as registry:
            tasks = tasks_of(name, registry, catalogue, at)
        if not tasks:
            return dg.SkipReason(catalogue.say("campaign.nothing_due", day=f"{at:%Y-%m-%d}"))
        return dg.RunRequest(
            run_key=f"{name} {at:%Y-%m-%d}",
            run_config=run_config(name, tasks, at),
            tags={"period": ",".join(sorted({str(task.period) for task in tasks}))},
        )

    return tick


def tasks_of(name: str, registry: Connection, catalogue: Catalogue, at: datetime) -> list[Task]:
    """What one schedule has to do at its tick."""
    tasks = due_tasks(at.date(), catalogue.campaign, progress(registry))
    return [task for task in tasks if task.schedule == name]


def run_config(name: str, tasks: list[Task], at: datetime) -> dict[str, object]:
    """The tasks as the configuration of a run, for people to see and to run again."""
    told = [
        {"what": task.what, "period": str(task.period), "on": str(task.on),
         "steps": list(task.steps)}
        for task in tasks
    ]  # fmt: skip
    return {"ops": {f"{name}_tasks": {"config": {"tasks": told, "at": at.isoformat()}}}}


def _job(name: str, catalogue: Catalogue) -> dg.JobDefinition:
    @dg.op(
        name=f"{name}_tasks",
        config_schema=CONFIG,
        description=catalogue.say(f"campaign.schedule_{name}"),
        out=dg.Out(dg.Nothing),
    )
    def tasks(context: dg.OpExecutionContext) -> None:
        at = datetime.fromisoformat(context.op_config["at"])
        told = [_read(name, each) for each in context.op_config["tasks"]]
        done = [_carry_out(context.instance, task, catalogue, at) for task in told]
        context.add_output_metadata(
            {_title(catalogue, task): text for task, text in zip(told, done, strict=True)}
        )

    @dg.job(
        name=name,
        description=catalogue.say(f"campaign.schedule_{name}"),
        executor_def=dg.in_process_executor,
    )
    def job() -> None:
        tasks()

    return job


def _read(name: str, told: Mapping[str, Any]) -> Task:
    return Task(
        schedule=name,
        what=told["what"],
        period=Period.parse(told["period"]),
        on=date.fromisoformat(told["on"]),
        steps=tuple(told["steps"]),
    )


def _title(catalogue: Catalogue, task: Task) -> str:
    steps = joined(catalogue.campaign.step(each).zh for each in task.steps)
    return f"{task.period} {catalogue.say(f'campaign.task_{task.what}', steps=steps)}"


def _carry_out(instance: dg.DagsterInstance, task: Task, catalogue: Catalogue, at: datetime) -> str:
    """Do one task, unless it has been done; while someone else is writing, come back later."""
    try:
        with writing(home()) as registry:
            if task not in due_tasks(task.on, catalogue.campaign, progress(registry)):
                return catalogue.say("campaign.done_already")
            done = carry_out(home(), registry, catalogue, task, at)
            sync_partitions(instance, registry)
    except BusyError as error:
        raise dg.RetryRequested(RETRIES, SECONDS_BETWEEN) from error
    return joined(f"{label} {value}" for label, value in labelled(catalogue, done).items())
