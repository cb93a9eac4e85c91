"""Expert A: evidence-based scheduling, weighted by similarity.

The ratios of finished items, each carried to the size of the estimate in question, with weights
that back off: half-way between what the item shares most closely with few (person and category) and
what it shares with all, each level trusted by how much of it there is. A level of total weight N
takes N / (N + kappa) of what the wider one says. This beat fixed multipliers for shared traits,
which say too little of a small group in a long history (docs/decisions/0008).
"""

from typing import NamedTuple

import numpy as np

from ..ranges import POINTS
from .prior import PRIOR_WEIGHT
from .records import HALF_LIFE
from .sample import Sample, apart
from .tables import weighted_tables

NEAR = 0.65
"""Width of the kernel on the logarithm of the estimate."""

ELSEWHERE = 0.005
"""Weight, in the kernel, of an estimate of quite another size."""

PERSON, CATEGORY, COMPONENT, PROJECT, EPIC = range(5)

LEVELS = (
    ((PROJECT,), 20.0),
    ((COMPONENT, CATEGORY), 20.0),
    ((PERSON,), 20.0),
    ((EPIC,), 5.0),
    ((CATEGORY,), 50.0),
    ((PERSON, CATEGORY), 20.0),
)
"""What items share, from the widest to the closest, with kappa in finished items."""

EXACT = 1e-9
"""A log ratio nearer to 0 is that of an item that took what was estimated."""

BLOCK = 256


class Weights(NamedTuple):
    """Weights of history and prior for some targets, shapes (targets, n) and (targets, m)."""

    own: np.ndarray
    prior: np.ndarray


def weights(sample: Sample, estimate: np.ndarray, codes: np.ndarray, day: int) -> Weights:
    """How much each finished item and each ratio of the prior says about each target.

    estimate: natural logarithms, shape (targets,); codes: shape (5, targets)
    """
    age = sample.weight * 0.5 ** ((day - sample.finished) / HALF_LIFE)
    near = age * _kernel(estimate, sample.estimate)
    prior = sample.prior_weight * _kernel(estimate, sample.prior_estimate)
    prior /= prior.sum(axis=1, keepdims=True)
    total = near.sum(axis=1, keepdims=True) + PRIOR_WEIGHT
    own, prior = near / total, prior * PRIOR_WEIGHT / total
    same = [codes[key][:, None] == sample.codes[key] for key in range(len(codes))]
    for key, each in enumerate(same):
        each &= (codes[key] >= 0)[:, None]
    for keys, kappa in LEVELS:
        shared = np.logical_and.reduce([same[key] for key in keys])
        if not shared.any():
            continue
        group = near * shared
        total = group.sum(axis=1, keepdims=True) + kappa
        own = own * (kappa / total) + group / total
        prior = prior * (kappa / total)
    return Weights(own, prior)


def _kernel(estimate: np.ndarray, others: np.ndarray) -> np.ndarray:
    distance = (estimate[:, None] - others) / NEAR
    return ELSEWHERE + (1 - ELSEWHERE) * np.exp(-0.5 * distance * distance)


def carried(sample: Sample, estimate: float) -> np.ndarray:
    """Log ratios of history and prior as of an estimate of another size, shape (n + m,).

    The larger the estimate, the smaller the ratio: of each item the slope is taken off and put on
    again. Items that took just what was estimated stay: who books the estimate does so at any size.
    """
    moved = sample.every_ratio + sample.slope * apart(estimate, sample.every_estimate)
    return np.where(np.abs(sample.every_ratio) < EXACT, 0.0, moved)


def similar_tables(
    sample: Sample, estimate: np.ndarray, codes: np.ndarray, day: int, likest: int = 0
) -> tuple[np.ndarray, np.ndarray]:
    """Tables of the log ratio, shape (targets, 257), and places of the likest finished items.

    likest:  how many of them are wanted, the weightiest first
    returns: tables, and places in the sample, shape (targets, at most likest)
    """
    is_open = sample.every_open
    tables = np.empty((len(estimate), POINTS))
    places = np.empty((len(estimate), min(likest, len(sample))), dtype=np.int64)
    for size in np.unique(estimate):
        values = carried(sample, float(size))
        order = np.lexsort((is_open, values))
        same = np.flatnonzero(estimate == size)
        for rows in np.split(same, range(BLOCK, len(same), BLOCK)):
            own, prior = weights(sample, estimate[rows], codes[:, rows], day)
            both = np.concatenate([own, prior], axis=1)[:, order]
            tables[rows] = weighted_tables(values[order], both, is_open[order])
            if likest:
                closed = np.where(sample.open, 0.0, own)
                places[rows] = np.argsort(-closed, axis=1, kind="stable")[:, :likest]
    return tables, places
