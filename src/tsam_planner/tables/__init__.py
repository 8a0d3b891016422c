"""
The one source of every column: what a table holds, in which unit, with which default.

`columns.csv` is the data dictionary, `dictionary` reads it, `cells` turns what stands in a
cell into a value or into a sentence that says what is wrong with it.
"""
