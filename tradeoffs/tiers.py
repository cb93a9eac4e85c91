"""How much ceremony a decision is due: by how hard it is to undo, and how far it reaches."""

REVERSIBLE, IRREVERSIBLE = "reversible", "irreversible"
LOCAL, WIDE = "local", "wide"

ASKED = {
    (REVERSIBLE, LOCAL): 0,
    (REVERSIBLE, WIDE): 1,
    (IRREVERSIBLE, LOCAL): 2,
    (IRREVERSIBLE, WIDE): 3,
}
APPROVALS = {0: 0, 1: 1, 2: 2, 3: 2}
"""Approvals that a tier asks for at least, none of them the author's."""


def tier_of(undoing: str, reach: str) -> int | None:
    """The tier that two answers ask for, or None while one of them is missing.

    undoing: `reversible` or `irreversible`; reach: `local` or `wide`
    """
    return ASKED.get((undoing, reach))


def rank(tier: int | None) -> int:
    """How much a tier asks for; a decision without one is treated as tier 1."""
    return 1 if tier is None else tier


def approvals(tier: int | None) -> int:
    """How many approvals a tier asks for; a decision without one is treated as tier 1."""
    return APPROVALS[rank(tier)]
