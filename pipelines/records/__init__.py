"""Rows of the registry as values: asked for and added here, decided elsewhere."""
