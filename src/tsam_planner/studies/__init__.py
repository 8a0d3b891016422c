"""Questions asked of a plan: what happens if, and why."""
