"""
What contracts need: weekly hours and concurrent cases, what of it is planned, how sure it is.

`contract_weeks` applies the arithmetic of need, allowance and planned hours; `sources`
says where the need comes from, the first source that has it winning; `history` is what the
logs say of the past; `draws` are possible futures, and `forecast` sums them up.
"""
