"""Benchmarks of the engine: against other methods, on published instances, over size."""
