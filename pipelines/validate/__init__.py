"""审核: the catalogue's rules -> findings; the Great Expectations gate is in `checkpoint`."""

from pipelines.batch import Batch
from pipelines.validate.batch import Judgement, judge

__all__ = ["Batch", "Judgement", "judge"]
