"""通报: from a snapshot to papers whose every number can be followed back into it."""
