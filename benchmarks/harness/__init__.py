"""
What all benchmarks share: cells, the processes that run them, and the file that keeps them.

A *cell* is one method on one instance with one seed and one time limit. ``run`` starts a
process for it (``child``), ``store`` keeps what came out, ``tables`` and ``figures`` show it.
"""
