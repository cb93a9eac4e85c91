"""What the sample decided: questions, options, scores, and who said what on which day."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Axis:
    """A criterion: points of weight, and a scale with a unit, or scores from 1 to 9."""

    name: str
    points: float
    measure: str = ""
    unit: str = ""
    worst: float = 1
    best: float = 9
    must: float | None = None
    group: str = ""
    horizon: int | None = None


@dataclass(frozen=True)
class Choice:
    """An option with one cell for each criterion; an empty cell is not scored."""

    name: str
    cells: tuple[str, ...]
    text: str = ""


@dataclass(frozen=True)
class Question:
    """A decision; days count back from today, but for those it is due and checked on."""

    ref: str
    title: str
    drafted: int
    axes: tuple[Axis, ...]
    choices: tuple[Choice, ...]
    author: str = "planner"
    tier: int = 2
    replaces: str = ""
    # days ago; "ask", a verdict of the lead, or as in `member: approve` of another; reason
    steps: tuple[tuple[int, str, str], ...] = ()
    due: int | None = None
    check: int | None = None
    proposed: str = ""
    text: dict[str, str] = field(default_factory=dict)
    items: tuple[str, ...] = ()
    debt: tuple[str, ...] = ()
    components: tuple[str, ...] = ()
    evidence: tuple[tuple[str, str, str, int], ...] = ()  # option, criterion, address, days ago
    bound: tuple[tuple[str, str, str, str], ...] = ()  # option, criterion, item, kind of number


FIVE = (
    Axis("Performance", 20), Axis("Maintainability", 30), Axis("Scalability", 15),
    Axis("Development time", 20), Axis("Cost", 15),
)  # fmt: skip

QUESTIONS = (
    Question(
        "gateway", "One adapter per rail, or one gateway for all?", 410, FIVE,
        (
            Choice("One gateway", ("5", "7", "5", "6", "7")),
            Choice("One adapter per rail", ("7", "6", "7", "4", "5")),
        ),
        proposed="One gateway",
        steps=((405, "ask", ""), (400, "member: approve", "One code path, one place to look."),
               (398, "approve", "Two rails do not need two of everything. Look "
                                  "again when there are four.")),
        text={"situation": "two bank rails and one on the way", "concern": "the same code twice",
              "reasons": "With two rails, one gateway is less to run.",
              "consequences": "Every rail waits for the release of the gateway."},
        components=("rails",),
    ),
    Question(
        "risk", "Build or buy the risk score?", 300,
        (Axis("Security", 30), Axis("Development time", 25), Axis("Cost", 25),
         Axis("Maintainability", 20)),
        (
            Choice("Rules of our own", ("5..6..7", "6", "8", "6")),
            Choice("Bought score, own rules on top", ("7..8..9", "7", "4..5..6", "6")),
            Choice("Bought score alone", ("4..6..8", "8", "4", "7")),
        ),
        proposed="Bought score, own rules on top", check=40,
        steps=((296, "ask", ""),
               (292, "member: conditions", "If our rules stay in our repository."),
               (290, "approve", "Fraud is not where we want to be original.")),
        text={"situation": "card fraud that moves faster than our rules",
              "concern": "fraud that costs more each quarter",
              "reasons": "The bought score sees other shops' cards; our rules know our merchants.",
              "consequences": "A call to a third party stands in the pay path.",
              "confirmation": "Chargebacks stay below 0.4 % of orders."},
        debt=("fraud",), items=("fraud",), components=("fraud",),
    ),
    Question(
        "sheet", "Native pay sheet, or the web view everywhere?", 205, FIVE,
        (
            Choice("Native pay sheet", ("8", "7..8..9", "7", "3..4..5", "5")),
            Choice("Web view everywhere", ("3..4..5", "5", "6", "8", "7")),
            Choice("Native, web view as a fallback", ("7", "4", "7", "5", "4")),
        ),
        author="member", proposed="Native pay sheet",
        steps=(
            (200, "ask", ""),
            (196, "ask_for_changes", "Say what happens to devices older than five years."),
            (193, "ask", ""),
            (190, "planner: approve", "Both estimates include the review of the stores."),
            (188, "approve", "Half of the crashes are in the web view. Take it out, and say when."),
        ),
        text={"situation": "a pay flow that crashes in the web view",
              "concern": "half of all crashes on mobile",
              "reasons": "The native sheet is faster and crashes less; old devices keep the "
              "page in the browser.",
              "consequences": "The old web view costs us until it is removed."},
        debt=("webview",), items=("webview", "wallets"), components=("app",),
    ),
    Question(
        "rails", "One adapter per rail after all?", 126, FIVE,
        (
            Choice("One adapter per rail", ("7..8..9", "6..7..8", "8", "5", "5")),
            Choice("Keep the gateway", ("4", "4..5..6", "4", "7", "7")),
        ),
        tier=3, proposed="One adapter per rail", replaces="gateway", check=95,
        steps=((122, "ask", ""),
               (117, "member: approve", "The retry code shows how far apart they are."),
               (115, "approve", "The instant rail answers in ten seconds or not "
                                  "at all: it cannot wait behind a batch.")),
        text={"situation": "a fourth rail with its own rulebook",
              "concern": "releases that wait for each other",
              "reasons": "A slow rail may not hold up a fast one.",
              "consequences": "Retries are written once per rail until they share a part.",
              "confirmation": "The instant adapter is released without touching the others."},
        debt=("retries",), items=("adapter",), components=("rails",),
    ),
    Question(
        "ledger", "A ledger of its own for refunds?", 96, FIVE,
        (
            Choice("A ledger of its own", ("6", "4", "7", "3", "4")),
            Choice("Refunds in the one ledger", ("6", "7", "6", "7", "7")),
        ),
        author="member", proposed="A ledger of its own",
        steps=((90, "ask", ""), (84, "reject", "Two ledgers must agree every night, and we have "
                                 "no one who would look at why they do not.")),
        text={"situation": "refunds on four rails", "concern": "refund states in two tables"},
        debt=("refunds",), components=("ledger",),
    ),
    Question(
        "edge", "Prices at the edge, or a faster price service?", 52,
        (
            Axis("Performance", 35, "Price list, P95", "ms", 200, 10),
            Axis("Development time", 25, "Working days to done", "d", 40, 0),
            Axis("Maintainability", 25), Axis("Cost", 15, "A month", "€", 900, 0),
        ),
        (
            Choice("Cache at the edge", ("20..30..60", "3..6..12", "6", "80..120..200")),
            Choice("A faster price service", ("60..90..140", "15..24..40", "8", "200..300..500")),
        ),
        proposed="Cache at the edge", check=33,
        steps=((49, "ask", ""), (46, "member: approve", "Measured on last week's traffic."),
               (45, "approve", "Thirty milliseconds for six days of work.")),
        text={"situation": "price lists that change twice a day",
              "concern": "120 ms of the pay call spent on prices",
              "reasons": "The cache gives more, sooner, for less.",
              "consequences": "A wrong price lives for up to one minute longr.",
              "confirmation": "P95 of price lists below 60 ms a month after release."},
        debt=("prices",), items=("cache",), components=("catalog",),
    ),
    Question(
        "bus", "Which bus carries order events?", 34,
        (
            Axis("Performance", 14, "Order to event, P99", "s", 180, 0,
                 group="Performance efficiency"),
            Axis("Scalability", 18, "Orders a second at peak", "/s", 0, 6000, 900,
                 group="Performance efficiency"),
            Axis("Development time", 16, "Days from the question to done", "d", 200, 0,
                 group="Effort"),
            Axis("Run cost", 12, "A month, next year's load", "€", 2000, 0, group="Effort",
                 horizon=24),
            Axis("Maintainability", 20, "Care a month", "h", 40, 0, group="Maintainability"),
            Axis("Security", 12, group="Security"),
            Axis("Freedom to leave", 8, "Working days to leave", "d", 60, 0, group="Flexibility"),
        ),
        (
            Choice("Outbox in the database", ("0.4..0.9..2.1", "700..1500..3900", "22..31..46",
                   "110..140..210", "5..9..16", "6..7..8", "4..6..10"),
                   "Six readers poll one table."),
            Choice("Log broker, run by us", ("0.06..0.12..0.3", "5000..6000..9000", "40..62..98",
                   "1100..1500..2200", "12..30..52", "3..5..7", "15..25..45")),
            Choice("Managed queue", ("0.2..0.4..1.1", "3000..4500..6000", "20..30..46",
                   "420..840..1700", "4..8..15", "", "35..45..60")),
            Choice("Keep the nightly sync", ("90..150..170", "950..1000..1100", "0.1..0.2..0.3",
                   "80..90..110", "20..26..34", "5..6..7", "2..4..8")),
        ),
        tier=3, due=4, proposed="Outbox in the database",
        steps=((28, "ask", ""), (24, "ask_for_changes", "Score what it costs to leave, too."),
               (20, "ask", "")),
        text={"situation": "six systems that must hear of every order",
              "concern": "a sync that runs once a night and loses two orders a month",
              "context": "Orders reach stock, mail, books and three partners by a nightly sync. "
              "At the peak last November it took until noon.",
              "constraints": "Card data stays inside our own network. Payments has nobody on call "
              "for a broker.",
              "reasons": "Nothing new to run, and order and event commit together.",
              "confirmation": "No order is missing from any of the six systems for a month."},
        debt=("events",), items=("outbox", "schema"), components=("orders",),
        evidence=(
            ("Log broker, run by us", "Performance", "https://example.org/bench/broker", 45),
            ("Managed queue", "Run cost", "https://example.org/quotes/queue", 60),
        ),
        bound=(("Outbox in the database", "Development time", "outbox", "p50"),),
    ),
    Question(
        "login", "Passkeys or one-time codes for merchants?", 9,
        (Axis("Security", 40), Axis("Development time", 30), Axis("Cost", 30)),
        (
            Choice("Passkeys", ("8..9..9", "3..5..6", "")),
            Choice("One-time codes by message", ("4", "8", "3")),
            Choice("Both, passkeys first", ("", "", "")),
        ),
        author="member", tier=1, due=26,
        text={"situation": "merchants who sign in from shared tills",
              "concern": "two stolen accounts since summer"},
        components=("api", "admin"),
    ),
)  # fmt: skip
