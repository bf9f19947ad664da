"""A run tells which files it did not take in, and no others."""

from sqlalchemy import insert, update

from models.registry import receipt
from pipelines.judging.turned_away import newest, turned_away, waiting
from pipelines.registry import writing
from pipelines.settings import Home
from tests.unit.pipelines.small_registry import ON_TIME


def test_of_what_waited_and_what_came_only_the_refused_and_the_held_are_told(tmp_path):
    with writing(Home(tmp_path)) as registry:

        def came(number, outcome):
            registry.execute(
                insert(receipt).values(
                    receipt_id=number, received_at=ON_TIME, door="cli", original_name="表.xlsx",
                    file_sha256=str(number), size=1, outcome=outcome,
                )
            )  # fmt: skip

        assert (waiting(registry), newest(registry)) == (set(), 0)
        for number, outcome in enumerate(("refused", "received", "received", "held"), start=1):
            came(number, outcome)
        before = waiting(registry), newest(registry)
        assert before == ({2, 3, 4}, 4)
        for number, outcome in ((2, "refused"), (3, "submitted")):
            this = receipt.c.receipt_id == number
            registry.execute(update(receipt).where(this).values(outcome=outcome))
        came(5, "refused")
        came(6, "submitted")
        assert [row["receipt_id"] for row in turned_away(registry, *before)] == [2, 4, 5]
