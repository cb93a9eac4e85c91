"""Words for finished work: what people of each part of the system have worked on."""

from roadmaps.models import Item

THINGS = {
    "billing": (
        "invoice numbers", "tax rates", "credit notes", "discount codes", "late fees",
        "billing addresses", "invoice reminders",
    ),
    "rails": (
        "bank transfers", "direct debits", "transfer limits", "payment retries", "bank holidays",
        "return codes", "mandates",
    ),
    "ledger": (
        "account balances", "refunds", "rounding differences", "chargebacks", "booking dates",
        "currency conversions",
    ),
    "settlement": (
        "payout schedules", "bank statements", "payout reports", "reserve amounts",
        "settlement files",
    ),
    "fraud": ("risk scores", "card velocity", "blocked countries", "manual reviews", "allow lists"),
    "orchestrator": (
        "payment states", "provider fail-over", "timeouts", "idempotency keys", "payment routing",
        "pending payments",
    ),
    "orders": (
        "order events", "cancelled orders", "order notes", "stock reservations", "split shipments",
    ),
    "catalog": ("price lists", "product images", "bundles", "price history", "category pages"),
    "vault": ("stored cards", "card expiry dates", "token requests", "key rotation"),
    "api": (
        "webhooks", "API keys", "rate limits", "error messages", "page cursors", "merchants",
    ),
    "infra": ("log fields", "deploy steps", "database backups", "alert rules", "certificates"),
    "admin": ("merchant notes", "support searches", "admin roles", "audit entries"),
    "app": (
        "the basket", "the order list", "push messages", "delivery addresses", "saved searches",
        "the pay sheet", "receipts",
    ),
    "wallet": ("wallet cards", "wallet sign-in", "wallet errors", "wallet limits"),
    "mobile-ci": ("release signing", "screenshot tests", "crash reports", "device tests"),
}  # fmt: skip

VERBS = {
    Item.Kind.FEATURE: (
        "Show {} where support needs them", "Let merchants filter {}", "Export {} as CSV",
        "Add {} to the API", "Translate the pages about {}", "Explain {} in the help",
        "Search {}", "Edit {} in one step",
    ),
    Item.Kind.PLATFORM: (
        "Speed up {}", "Move {} to the job queue", "Measure {}", "Cache {}", "Test {} under load",
        "Alert on {}",
    ),
    Item.Kind.DEBT: (
        "Cover {} with tests", "Remove the old code for {}", "One path instead of two for {}",
        "Upgrade the library behind {}",
    ),
    Item.Kind.COMPLIANCE: (
        "Log who looks at {}", "Delete {} after their time", "Review access to {}",
    ),
    Item.Kind.BET: ("Try new {} with one in ten", "Prototype for {}"),
}  # fmt: skip

UNSEEN = {"infra", "mobile-ci", "vault", "fraud"}
FEATURES_UNSEEN = (
    "Check {} before each release", "Simplify {}", "Show {} on the board of the team",
    "Write down how we handle {}",
)  # fmt: skip


def verbs(component: str, kind: str) -> tuple[str, ...]:
    """What is done to the things of a component: customers never see some of them."""
    if kind == Item.Kind.FEATURE and component in UNSEEN:
        return FEATURES_UNSEEN
    return VERBS[Item.Kind(kind)]


KINDS = {
    Item.Kind.FEATURE: 0.52,
    Item.Kind.PLATFORM: 0.19,
    Item.Kind.DEBT: 0.15,
    Item.Kind.COMPLIANCE: 0.08,
    Item.Kind.BET: 0.06,
}
