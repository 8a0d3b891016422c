"""
What customers should be asked to buy, and what that is worth.

`overage` tests whether a customer asks "continuously and constantly" for more than it has
bought (R46), `actuals` holds the time sheets against each week's allowance. Nothing here
needs a solver or a plotting library.
"""
