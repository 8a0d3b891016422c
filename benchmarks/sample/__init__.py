"""
A support organization and its half year, written down as input tables.

`customers.csv`, `team`, `occasions` and `outlook` are written by hand, `places` knows cities.
From them follow, by seeded drawing, the terms (`contracts`), today's books (`bookings`) and the
two logs (`history`).
"""
