"""
The engine by column generation: sets of options of one agent, priced exactly and combined.

``engine`` is the recipe; each stage is a module of its own and offers what it finds to the
record of plan and bound.
"""
