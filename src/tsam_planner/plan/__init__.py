"""
A plan: what was decided, what follows from it, and what it costs.

`decisions` are the rows that were chosen; `ledger` works out hours and cases from them,
day by day; `goals` adds up their points; `plan` puts everything into tables. None of it
knows how the decisions came about, so a plan made by hand is treated alike.
"""
