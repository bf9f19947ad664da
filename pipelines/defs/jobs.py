"""What the three jobs run; three, because people act in between."""

import dagster as dg

from pipelines.defs.publish import BRIEFING, DRAFT, FINAL, PICTURES

WAREHOUSE = dg.AssetSelection.groups("load", "build")
"""Both jobs that publish load and build first: what counts depends on approvals and the lock."""

JOBS = {
    "intake": dg.AssetSelection.groups("intake"),
    "build": WAREHOUSE | dg.AssetSelection.assets(DRAFT),
    "publish": WAREHOUSE | dg.AssetSelection.assets(FINAL, PICTURES, BRIEFING),
}
