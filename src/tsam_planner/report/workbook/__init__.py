"""`plan.xlsx`: a workbook of a plan that people can work in."""
