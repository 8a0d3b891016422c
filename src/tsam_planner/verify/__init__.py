"""
Every rule and every goal once more, without the model and without a solver.

`verification` checks any plan, also one made by hand, and says what it breaks and what it
costs; `primaries` holds one function per hard rule. This is the text to read to know what
a plan must obey.
"""
