"""Where the shell leads: the sidebar and the Create menu."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from tpm.models import Product


@dataclass(frozen=True)
class Entry:
    label: str
    icon: str
    url: str
    current: bool = False
    shortcut: str = ""


Offer = Callable[..., list[Entry]]
_offers: list[Offer] = []


def offer(entries_of: Offer) -> Offer:
    """Register a function (user, product) -> entries that stand under the places of a product."""
    _offers.append(entries_of)
    return entries_of


def offered(user, product: Product | None) -> list[Entry]:
    return [entry for offer in _offers for entry in offer(user, product)] if product else []


def crumbs(product: Product, *steps: tuple[str, str]) -> list[tuple[str, str]]:
    """(label, address) from the product to the page; the page itself has no address."""
    *trail, (page, _) = [(product.name, f"/p/{product.key}/"), *steps]
    return [*trail, (page, "")]


def entries(product: Product | None, path: str) -> list[Entry]:
    """The main places, with the one marked that holds the path."""
    if product is None:
        return [Entry(_("Home"), "home", "/", path == "/", "g h")]
    base = f"/p/{product.key}/"
    found = [Entry(_("Home"), "home", base, path == base, "g h")]
    places = (
        (
            _("Roadmap"),
            "roadmap",
            "roadmap/",
            ("roadmap/", "items/", "board/", "checks/", "priorities/", "views/", "import/"),
            "/i/",
            "g r",
        ),
        (_("Trade-offs"), "trade", "decisions/", ("decisions/",), "/a/", "g t"),
        (_("Debt"), "debt", "debt/", ("debt/",), "/d/", "g d"),
        (
            _("Forecast"),
            "forecast",
            "forecast/",
            ("forecast/", "baselines/", "scenarios/"),
            "",
            "g f",
        ),
        (_("Objectives"), "objective", "objectives/", ("objectives/",), "/o/", "g o"),
    )  # fmt: skip
    for label, icon, rest, under, short, keys in places:
        here = path.startswith(tuple(base + part for part in under))
        here = here or bool(short and path.startswith(short))
        found.append(Entry(label, icon, base + rest, here, keys))
    return found


def creatable(product: Product | None, may: Mapping[str, bool]) -> list[Entry]:
    """What this person may add to the product."""
    if product is None:
        return []
    base = f"/p/{product.key}/"
    offers = (
        ("plan", _("Item"), "roadmap", "items/new/", ""),
        ("log_debt", _("Debt item"), "debt", "debt/new/", "c d"),
        ("draft_decision", _("Decision"), "trade", "decisions/new/", ""),
        ("plan", _("Objective"), "objective", "objectives/new/", ""),
        ("import", _("Import a file"), "upload", "import/", ""),
    )
    return [
        Entry(label, icon, base + rest, shortcut=keys)
        for ability, label, icon, rest, keys in offers
        if may.get(ability)
    ]
