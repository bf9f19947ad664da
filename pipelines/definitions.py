"""What Dagster is shown: `dagster dev` at the root of the repository finds it here."""

import dagster as dg

from models.catalogue_model import Catalogue
from models.loader import load_catalogue
from pipelines.build import models_in_order
from pipelines.defs.freshness import freshness_checks
from pipelines.defs.inbox import inbox_sensor
from pipelines.defs.intake import intake_assets
from pipelines.defs.jobs import JOBS
from pipelines.defs.load import load_asset
from pipelines.defs.models import model_asset
from pipelines.defs.place import Place
from pipelines.defs.publish import publish_assets
from pipelines.defs.schedules import schedule_jobs, schedules


def definitions(catalogue: Catalogue) -> dg.Definitions:
    """Assets, jobs, schedules and the sensor of a catalogue, all steps of a run in one process."""
    return dg.Definitions(
        assets=[
            *intake_assets(catalogue),
            load_asset(catalogue),
            *(model_asset(model, catalogue) for model in models_in_order(catalogue)),
            *publish_assets(catalogue),
        ],
        jobs=[
            *(
                dg.define_asset_job(
                    name,
                    selection,
                    description=catalogue.say(f"dagster.{name}_job"),
                )
                for name, selection in JOBS.items()
            ),
            *schedule_jobs(catalogue),
        ],
        asset_checks=freshness_checks(catalogue),
        schedules=schedules(catalogue),
        sensors=[inbox_sensor(catalogue)],
        resources={"place": Place.configure_at_launch()},
        executor=dg.in_process_executor,
    )


defs = definitions(load_catalogue())
