"""
The way in for exports of ticket systems, CRMs and spreadsheets.

`mapping` says what is where, `text_files` and `workbooks` open what was given, `jobs` pairs
exports with tables, `columns` turns source cells into the dictionary's, `settlement` decides
the fate of every row, `fitness` asks the portfolio's checks, `totals` counts, `matching`
suggests what a person may confirm, and `recipe` puts it together.
"""
