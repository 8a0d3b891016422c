"""
The way in for exports of ticket systems, CRMs and spreadsheets.

`mapping` says what is where, `text_files` and `workbooks` open what was given, `jobs` pairs
exports with tables, `columns` turns source cells into the dictionary's, `settlement` decides
the fate of every row, `totals` counts it, `matching` suggests what a person may confirm, and
`recipe` puts it together.
"""
