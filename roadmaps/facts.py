"""Which facts about items a drawing, a file or a shared page may tell."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Facts:
    """Keys, titles, states and objectives are always told; each of these only where it is True."""

    dates: bool = True
    effort: bool = True
    owners: bool = True
    teams: bool = True
    targets: bool = True
    """With the chance to meet them."""
    debt: bool = True
    """What of a bar comes from drag."""


ALL = Facts()
