"""
The ways in and out: portfolios from folders, workbooks or DataFrames, plans to folders.

`sources` opens whatever was given, `rows` reads cells and checks keys and references,
`logs` treats the two logs, `portfolios` puts it together; `templates` writes an empty
portfolio, `plans` and `folders` write a plan whole or not at all.
"""
