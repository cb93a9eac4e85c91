"""What finished work says about estimates: the learned ratio of actual to estimate.

Two experts and a pool: similarity-weighted ratios (`similar`), a hierarchy of effects on the log
ratio (`hierarchy`), and their distribution functions mixed with a learned weight (`learned`). These
load numpy when something is learned; the names below do not.
"""

from .actuals import actuals_tables, weighted_table
from .learned import Ratios
from .prior import PRIOR_RATIOS, PRIOR_WEIGHT, PriorSize
from .records import DERIVED_WEIGHT, HALF_LIFE, About, Finished, Learned
from .replayed import Replayed, replay
from .stretch import FIRST_STRETCH

__all__ = [
    "DERIVED_WEIGHT",
    "FIRST_STRETCH",
    "HALF_LIFE",
    "PRIOR_RATIOS",
    "PRIOR_WEIGHT",
    "About",
    "Finished",
    "Learned",
    "PriorSize",
    "Ratios",
    "Replayed",
    "actuals_tables",
    "replay",
    "weighted_table",
]
