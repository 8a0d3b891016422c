"""
What contracts need: weekly hours and concurrent cases, and what of it is planned.

`contract_weeks` applies the arithmetic of need, allowance and planned hours; `sources`
says where the need comes from, the first source that has it winning.
"""
