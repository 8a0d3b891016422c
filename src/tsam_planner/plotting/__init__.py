"""Figures of a plan, one per file; each draws on ``ax`` (or a new one) and returns it."""
