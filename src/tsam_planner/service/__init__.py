"""
The service description as data, free of any planning.

`offerings` holds Tables 1 and 2, `rules` every clause and the reading of every ambiguity,
`policy` the numbers and readings that a plan stands on, `hard_rules` the names of what no
plan may break.
"""
