"""
The input as frozen values: `records` are rows, `portfolio` is all of them.

`checks` judges what single cells cannot show: dates that contradict each other, an
offering that does not fit its deployment, pins that cannot all be kept. It sees rows with
their places (`rows`), so that every problem can be named where it stands.
"""
