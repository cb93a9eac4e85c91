"""The criteria that a new decision offers first."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Offer:
    name: str
    measure: str


OFFERED = (
    Offer("Performance", "How fast it answers; 9 is fastest"),
    Offer("Maintainability", "How easy it is to change and care for; 9 is easiest"),
    Offer("Scalability", "How much growth it carries; 9 is most"),
    Offer("Development time", "How soon it is done; 9 is soonest"),
    Offer("Cost", "What it costs to build and run; 9 is cheapest"),
    Offer("Security", "How well it resists misuse; 9 is best"),
)
BY_NAME = {offer.name: offer for offer in OFFERED}
