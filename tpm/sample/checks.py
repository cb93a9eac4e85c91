"""What the work of the sample must meet before it is done: checks of every kind and state."""

from dataclasses import dataclass

from roadmaps import services
from roadmaps.models import Check, CheckKind, CheckTemplate, Item
from tpm import history
from tpm.models import Change
from tpm.sample.people import World
from tpm.sample.plan import Plan

Kind = Item.Kind
LEGAL, AGREED = Check.Because.LEGAL, Check.Because.AGREED
LISTED = 55  # days ago: when the templates were agreed


@dataclass(frozen=True)
class Offer:
    """A template by the short name used here."""

    ref: str
    kind: str
    sentence: str
    components: tuple[str, ...] = ()
    item_kinds: tuple[str, ...] = ()


OFFERS = (
    Offer("latency", CheckKind.PERFORMANCE, "P95 of the pay call ≤ 300 ms at 400 requests/s",
          ("orchestrator", "orders", "api"), (Kind.FEATURE, Kind.PLATFORM)),
    Offer("peak", CheckKind.SCALABILITY, "Holds three times the peak of last December for an hour",
          ("orders", "catalog", "infra"), (Kind.PLATFORM,)),
    Offer("threats", CheckKind.SECURITY, "Threat model reviewed by somebody outside the team",
          ("vault", "rails", "api")),
    Offer("cards", CheckKind.COMPLIANCE, "No card number in logs, events or error reports",
          ("vault", "orders", "api")),
    Offer("wcag", CheckKind.QUALITY, "The changed screens meet WCAG 2.2 AA", ("app", "wallet")),
    Offer("back", CheckKind.QUALITY, "It can be switched off within five minutes", (),
          (Kind.FEATURE, Kind.BET)),
)  # fmt: skip


@dataclass(frozen=True)
class Piece:
    """Evidence; days count from today."""

    made: int
    by: str
    text: str
    until: int = 0


@dataclass(frozen=True)
class Wait:
    """An exception of a lead; days count from today."""

    made: int
    until: int
    reason: str


@dataclass(frozen=True)
class Asked:
    """A check of an item; days count from today."""

    item: str
    owner: str
    offer: str = ""
    kind: str = ""
    sentence: str = ""
    due: int = 0
    because: str = ""
    made: int = -40
    pieces: tuple[Piece, ...] = ()
    waits: tuple[Wait, ...] = ()


ASKED = (
    # PCI DSS: the days are the standard's and the assessor's
    Asked("vault", "Tomás Vidal", kind=CheckKind.COMPLIANCE, due=38, because=LEGAL,
          sentence="Keys are rotated every 12 months and the rotation is logged (3.7.4)"),
    Asked("vault", "Tomás Vidal", "threats", pieces=(
          Piece(-12, "lead", "https://wiki.checkout.example/security/vault-threat-model", 170),)),
    Asked("vault", "Ilya Renko", "cards", due=20, because=AGREED),
    Asked("scripts", "Ilya Renko", kind=CheckKind.COMPLIANCE, due=66, because=LEGAL,
          sentence="Every script of the pay page is listed with its owner and reason (6.4.3)"),
    Asked("scripts", "Priya Nair", kind=CheckKind.COMPLIANCE, due=66, because=LEGAL,
          sentence="A change of the pay page is noticed within a week (11.6.1)"),
    Asked("seen", "Ana Weiss", kind=CheckKind.COMPLIANCE, due=86, because=LEGAL,
          sentence="Who opened a card record is known for 12 months (10.2.1)"),
    Asked("segments", "Lena Park", kind=CheckKind.COMPLIANCE, due=80, because=AGREED,
          sentence="Segments were tested by somebody independent (11.4.5)", pieces=(
          Piece(-34, "lead", "https://wiki.checkout.example/reports/segments-2", -4),)),
    Asked("access", "Lena Park", "cards", pieces=(
          Piece(-9, "lead", "Searched a week of logs with the card pattern: no match.", 21),)),
    # Checkout under 300 ms
    Asked("carts", "Ilya Renko", "latency", due=84, because=AGREED),
    Asked("carts", "Ana Weiss", "peak"),
    Asked("cache", "Jonas Weber", kind=CheckKind.PERFORMANCE, due=12, because=AGREED,
          sentence="P95 of a price list ≤ 120 ms at 900 requests/s", pieces=(
          Piece(-15, "member", "Measured 131 ms on staging, 640 requests/s."),)),
    Asked("failover", "Lena Park", "peak", made=-30, waits=(
          Wait(-6, 8, "The load generator is booked until the winter release."),)),
    Asked("trips", "Diego Marín", "wcag"),
    # Instant transfers and wallets
    Asked("adapter", "Ilya Renko", kind=CheckKind.COMPLIANCE, due=70, because=LEGAL,
          sentence="All 41 clauses of the instant rulebook are mapped to tests"),
    Asked("adapter", "Ilya Renko", "threats", due=24, because=AGREED, made=-30),
    Asked("adapter", "Sana Novak", kind=CheckKind.SCALABILITY, due=70, because=AGREED,
          sentence="300 transfers/s for ten minutes, none booked twice"),
    Asked("kit", "Jun Okada", "wcag", pieces=(
          Piece(-5, "member", "https://wiki.checkout.example/reports/pay-sheet-axe"),)),
    Asked("kit", "Jun Okada", kind=CheckKind.SECURITY, due=-6, because=AGREED,
          sentence="No known hole of the kit above medium", waits=(
          Wait(-26, -2, "The vendor mends the last one with the next patch."),)),
    # Done, and what showed it has run out since
    Asked("outbox", "Ana Weiss", kind=CheckKind.SCALABILITY,
          sentence="No order event is lost in a failover at 900 orders/s", pieces=(
          Piece(-10, "lead", "https://wiki.checkout.example/reports/outbox-failover", -1),)),
    Asked("train", "Jun Okada", "back", pieces=(
          Piece(-5, "member", "Rolled back from the build page in 3 minutes."),)),
)  # fmt: skip


def add_checks(world: World, plan: Plan) -> None:
    """The templates, and every check with what was shown and excepted up to now."""
    templates = add_templates(world)
    for asked in sorted(ASKED, key=lambda each: each.made):
        offer = next((each for each in OFFERS if each.ref == asked.offer), None)
        with world.calendar.ago(-asked.made, 15), history.through(Change.Door.PAGE):
            check = services.add_check(
                plan.items[asked.item],
                by=world.planner,
                kind=offer.kind if offer else asked.kind,
                sentence=offer.sentence if offer else asked.sentence,
                owner=world.people[asked.owner],
                due_on=world.calendar.workday(asked.due) if asked.due else None,
                due_because=asked.because,
                template=templates.get(asked.offer),
            )
        show(world, check, asked)


def add_templates(world: World) -> dict[str, CheckTemplate]:
    with world.calendar.ago(LISTED, 14), history.through(Change.Door.PAGE):
        return {
            offer.ref: services.create_template(
                world.product,
                by=world.planner,
                kind=offer.kind,
                sentence=offer.sentence,
                components=[world.components[key] for key in offer.components],
                item_kinds=offer.item_kinds,
            )
            for offer in OFFERS
        }


def show(world: World, check: Check, asked: Asked) -> None:
    """Its evidence and its exceptions, each on its day."""
    day = world.calendar.day
    for piece in asked.pieces:
        with world.calendar.ago(-piece.made, 11), history.through(Change.Door.PAGE):
            services.add_evidence(
                check, by=world.users[piece.by], text=piece.text,
                valid_until=day(piece.until) if piece.until else None,
            )  # fmt: skip
    for wait in asked.waits:
        with world.calendar.ago(-wait.made, 16), history.through(Change.Door.PAGE):
            services.except_check(check, by=world.lead, reason=wait.reason, until=day(wait.until))
