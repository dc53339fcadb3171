"""Measures: pure functions from counts to figures with their ranges; they know the domain and numpy, nothing else."""
