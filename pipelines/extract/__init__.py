"""提取: declared cells as typed, with their address, read in a disposable child.

Nothing is imported here: the child pays for every import at its start.
"""
