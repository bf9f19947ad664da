"""发布: draft and final snapshots and the pointer; then pictures."""

from pipelines.publish.snapshot import Published, publish_snapshot

__all__ = ["Published", "publish_snapshot"]
