"""
Making a plan, from a portfolio to a verified answer.

`recipe` names the steps, `searches` owns the clock, `reasons` finds the sentences that say
why a contract moved or has nobody, `notices` what a reader must know.
"""
