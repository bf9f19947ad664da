"""审核: the catalogue's rules -> findings; the Great Expectations gate is in `checkpoint`."""

from pipelines.judging.batch import Batch
from pipelines.validate.batch import Judgement, judge
from pipelines.validate.quarter import judge_together
from pipelines.validate.together import Together

__all__ = ["Batch", "Judgement", "Together", "judge", "judge_together"]
