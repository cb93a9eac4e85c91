"""What the sample's decisions predicted, and small decisions of the two years that predicted too.

What came of each is drawn from the seed of the plan: a team that is a little too sure of itself.
"""

from dataclasses import dataclass

from tpm.sample.questions import FIVE, Choice, Question


@dataclass(frozen=True)
class Foretold:
    """A prediction: a chance, or low, likely and high; due so many days ago (below 0: to come)."""

    text: str
    due: int
    says: float | tuple[float, float, float]
    unit: str = ""
    quality: str = ""


def small(
    ref: str, title: str, drafted: int, first: str, second: str, why: str, author: str = "planner"
) -> Question:
    """A decision between two options that one lead approved within a week."""
    return Question(
        ref, title, drafted, FIVE,
        (Choice(first, ("7", "7", "6", "6", "6")), Choice(second, ("5", "6", "6", "5", "5..6..7"))),
        author=author, tier=1, proposed=first,
        steps=((drafted - 2, "ask", ""), (drafted - 5, "approve", why)),
        text={"reasons": why},
    )  # fmt: skip


SMALL = (
    small("codes", "One code for declines, or each bank’s own?", 384, "One code of ours",
          "Each bank’s own", "Merchants ask what to tell a customer, not what a bank calls it."),
    small("languages", "Four languages at once, or one after another?", 352, "One after another",
          "Four at once", "The second language finds the mistakes of the first.", "member"),
    small("logs", "Raw logs for 30 days or for 90?", 322, "30 days", "90 days",
          "No incident of two years needed the second month."),
    small("flags", "Feature flags of our own, or bought?", 262, "Of our own", "Bought",
          "A table and forty lines do what we need.", "member"),
    small("payouts", "Retry payouts from a queue, or each night?", 232, "From a queue",
          "Each night", "A failed payout waits for minutes, not for the next day."),
    small("keys", "New API keys each quarter?", 172, "Each quarter", "When somebody leaves",
          "A key that nobody changes is a key that everybody has.", "member"),
    small("preview", "A preview environment for each change?", 152, "For each change",
          "One for all", "Reviewers look at what they can open."),
    small("messages", "A second supplier of text messages?", 84, "A second one", "Stay with one",
          "Codes that do not arrive are sales that do not happen.", "member"),
)  # fmt: skip

FORETOLD = {
    "gateway": (
        Foretold("No rail waits more than a week for a release", 300, 0.8),
        Foretold("The fourth rail is signed within the year", 140, 0.3),
        Foretold("Days to add a rail", 250, (8, 14, 25), "d", "Development time"),
        Foretold("Gateway releases a month", 200, (2, 4, 6), "a month", "Maintainability"),
    ),
    "codes": (
        Foretold("Questions of merchants about declines halve", 270, 0.7),
        Foretold("No bank sends a code we cannot map", 330, 0.6),
        Foretold("Codes in the table", 320, (30, 45, 80), "codes"),
        Foretold("Days to build", 355, (3, 5, 9), "d", "Development time"),
    ),
    "languages": (
        Foretold("The second language ships within a month of the first", 260, 0.75),
        Foretold("Texts wrong in the first week", 300, (4, 9, 20), "texts"),
        Foretold("Days for each further language", 240, (2, 4, 7), "d", "Development time"),
    ),
    "logs": (
        Foretold("Nobody asks for a log older than 30 days in half a year", 140, 0.85),
        Foretold("Storage falls below € 300 a month", 260, 0.9),
        Foretold("Cost of storage", 230, (180, 240, 320), "€", "Cost"),
    ),
    "risk": (
        Foretold("Chargebacks stay below 0.4 % for a quarter", 170, 0.8),
        Foretold("The supplier answers 99.9 % of calls", 120, 0.9),
        Foretold("Time of a risk call, P95", 200, (90, 140, 230), "ms", "Performance"),
        Foretold(
            "Days until half of the traffic is scored", 210, (15, 25, 45), "d", "Development time"
        ),
    ),
    "flags": (
        Foretold("Nobody asks to buy flags within half a year", 70, 0.7),
        Foretold("Each flag is gone within a quarter of its release", 90, 0.4),
        Foretold("Flags that are older than a quarter", 150, (4, 8, 15), "flags"),
        Foretold("Days to build", 235, (2, 3, 6), "d", "Development time"),
    ),
    "payouts": (
        Foretold("Nine in ten failed payouts are sent within the hour", 150, 0.9),
        Foretold("The nightly batch is gone by spring", 110, 0.65),
        Foretold("No payout is sent twice within half a year", 40, 0.95),
        Foretold("Days to build", 195, (6, 10, 18), "d", "Development time"),
    ),
    "sheet": (
        Foretold("Crashes in the pay flow halve", 90, 0.85),
        Foretold("The stores accept the first build", 120, 0.7),
        Foretold("Days to build", 100, (20, 34, 60), "d", "Development time"),
        Foretold("Share of payments in the browser", 60, (5, 9, 16), "%"),
    ),
    "keys": (
        Foretold("No key is shared by mail within a quarter", 70, 0.6),
        Foretold("Minutes to change a key", 80, (10, 20, 45), "min"),
        Foretold("Merchants who miss the first change", 75, (3, 8, 20), "merchants"),
    ),
    "preview": (
        Foretold("Reviews are answered a day sooner", 60, 0.6),
        Foretold("The environments cost less than € 500 a month", 90, 0.8),
        Foretold("Minutes until a preview is up", 110, (4, 7, 12), "min", "Performance"),
        Foretold("Days to build", 115, (5, 8, 15), "d", "Development time"),
    ),
    "rails": (
        Foretold("The instant adapter ships without touching the others", 20, 0.8),
        Foretold("No rail holds up another for a quarter", 12, 0.75),
        Foretold("Days for the first adapter", 40, (10, 16, 28), "d", "Development time"),
        Foretold("Duplicate lines of retry code", -40, (150, 260, 420), "lines", "Maintainability"),
    ),
    "messages": (
        Foretold("Codes that do not arrive fall below 1 %", 30, 0.8),
        Foretold("The switch to the second one works on the first outage", 14, 0.85),
        Foretold("Cost of messages", 22, (700, 900, 1300), "€", "Cost"),
    ),
    "edge": (
        Foretold("Price lists answer in 60 ms, P95, a month after release", -12, 0.8),
        Foretold("Days to build", 18, (3, 6, 12), "d", "Development time"),
        Foretold("Price list, P95", 8, (20, 30, 60), "ms", "Performance"),
    ),
    "bus": (
        Foretold("Six consumers have moved by spring", -90, 0.7),
        Foretold("No order event is lost in the first 90 days", -180, 0.9),
        Foretold("Order to event at the peak, P99", -120, (0.4, 0.9, 2.1), "s", "Performance"),
    ),
}
