"""
Making a plan: `recipe` names the steps, `searches` owns the clock, `reasons` finds the
sentences that say why a contract moved or has nobody.
"""
