"""Criteria to choose from: the qualities of ISO/IEC 25010:2023, and what else decides."""

from dataclasses import dataclass

ISO = "ISO/IEC 25010:2023"
EFFORT, CHOICE = "Time and money", "Room to change"


@dataclass(frozen=True, slots=True)
class Offer:
    """A criterion by name: what is measured, and the group it stands in."""

    name: str
    measure: str
    group: str


OFFERED = (
    Offer("Performance", "How fast it answers; 9 is fastest", "Performance efficiency"),
    Offer("Maintainability", "How easy it is to change and care for; 9 is easiest",
          "Maintainability"),
    Offer("Scalability", "How much growth it carries; 9 is most", "Flexibility"),
    Offer("Development time", "How soon it is done; 9 is soonest", EFFORT),
    Offer("Cost", "What it costs to build and run; 9 is cheapest", EFFORT),
    Offer("Security", "How well it resists misuse; 9 is best", "Security"),
)  # fmt: skip
"""What a new decision begins with."""

QUALITIES = (
    Offer("Functional suitability", "How much of what is needed it does; 9 is all", ISO),
    Offer("Performance efficiency", "Time, resources and capacity; 9 is best", ISO),
    Offer("Compatibility", "How well it works beside and with others; 9 is best", ISO),
    Offer("Interaction capability", "How well people can work with it; 9 is best", ISO),
    Offer("Reliability", "How seldom it fails, how soon it is back; 9 is best", ISO),
    Offer("Flexibility", "How well it adapts, scales and moves; 9 is best", ISO),
    Offer("Safety", "How well it keeps people and things from harm; 9 is safest", ISO),
)
"""The characteristics of the standard that are not offered first; there, usability has become
interaction capability, portability flexibility, and safety is new."""

MORE = (
    Offer("Time to build", "How soon it is done; 9 is soonest", EFFORT),
    Offer("Run cost", "What it costs to run; 9 is cheapest", EFFORT),
    Offer("Cost of delay", "What is lost until it is there; 9 is least", EFFORT),
    Offer("Lock-in", "How freely one can leave; 9 is freest", CHOICE),
    Offer("Reversibility", "How easily it is undone; 9 is easiest", CHOICE),
    Offer("Team skill", "How well we know it; 9 is best", CHOICE),
)

ALL = (*OFFERED, *QUALITIES, *MORE)
BY_NAME = {offer.name: offer for offer in ALL}
