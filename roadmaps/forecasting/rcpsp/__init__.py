"""Scheduling activities that wait for each other and share resources (RCPSP), in whole units.

Pure: time budgets come in as callables, randomness as a seed.
"""

from .problem import Problem, faults, lower_bound
from .solve import Schedule, solve

__all__ = ["Problem", "Schedule", "faults", "lower_bound", "solve"]
