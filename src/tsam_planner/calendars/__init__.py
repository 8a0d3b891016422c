"""
Time: the weeks of a plan, holiday lists, and working windows at each date.

`horizon` names the ISO weeks that are planned, `holiday_lists` says which share of a day
is a holiday in which calendar, `windows` converts local working hours at each date, so
that clock changes are seen.
"""
