"""What the sample says of priorities: RICE, its inputs on part of the plan, and value curves."""

from roadmaps import services
from roadmaps.forecasting.formula import RICE, read_input
from roadmaps.models import PriorityInput
from tpm import history
from tpm.models import Change
from tpm.sample.bulk import change_of, store
from tpm.sample.people import World
from tpm.sample.plan import Plan

CHOSEN = 34  # days ago
# Thousands of baskets a quarter, impact 0 to 3, confidence in percent.
INPUTS: dict[str, tuple[str, str, str]] = {
    "outbox": ("60..90..140", "1", "80"),
    "failover": ("80..120..180", "2", "70..80..90"),
    "retire": ("40..60..90", "0.5", "80"),
    "carts": ("150..220..320", "1..2..2.5", "60..75..85"),
    "cache": ("180..260..380", "1", "90"),
    "trips": ("200..300..420", "1..1.5..2.5", "50..70..85"),
    "scripts": ("30..40..55", "2", "90"),
    "access": ("8..12..18", "1", "80"),
    "adapter": ("90..160..300", "2..3..3", "50..70..80"),
    "kit": ("110..150..210", "1", "90"),
    "wallets": ("110..180..280", "1..2..3", "50..65..80"),
    "refunds": ("40..70..110", "1..1.5..2", "70"),
    "reports": ("6..10..16", "1", "80"),
    "tax3": ("20..35..60", "1", "70"),
    "words3": ("25..45..80", "1..1.5..2", "60"),
    "offline": ("50..90..160", "1..2..2.5", "40..60..75"),
    "symbols": ("120..150..190", "0.5", "90"),
    "start": ("40..70..120", "1..1.5..2", "50..60..70"),
    "autofill": ("90..140..220", "0.5..1..1.5", "60..75..85"),
    "access2": ("15..25..40", "2", "70"),
    "kyc": ("4..7..12", "2..3..3", "60..70..80"),
    "payouts": ("5..9..14", "1", "80"),
    "contract": ("4..7..11", "1..2..2.5", "40..55..70"),
    "fees": ("10..18..30", "0.5", "70"),
    "loyalty": ("60..110..220", "0.5..1..2", "30..45..60"),
    "links": ("15..30..60", "1..2..3", "40..60..75"),
    # Somebody began and did not finish: it has no score, and the page says what it lacks.
    "sandbox": ("6..9..13", "2", "80"),
    "guide": ("6..9..13", "1..2..3", ""),
}
CURVES: dict[str, tuple[str, str, float | None]] = {
    "fast": ("linear", "14..22..40", None),
    "instant": ("decay", "300..520..900", 30.0),
    "cards": ("step", "380..450..600", None),
    "crash": ("linear", "4..8..14", None),
    "live": ("decay", "120..210..400", 40.0),
}
ITEM_CURVES: dict[str, tuple[str, str]] = {
    "loyalty": ("linear", "2..4..9"),
    "trips": ("linear", "5"),
}


def add_priorities(world: World, plan: Plan) -> None:
    """The formula, what was typed for it, and what being late costs in thousands of euros."""
    product, by = world.product, world.planner
    with world.calendar.ago(CHOSEN, 14), history.through(Change.Door.PAGE):
        services.set_formula(product, by=by, version=0, method="rice", unit="money", currency="k€")
        for ref, (kind, amount, half_life) in CURVES.items():
            aim = plan.aims[ref]
            services.set_curve(
                aim, by=by, version=0, kind=kind, amount=amount, half_life_weeks=half_life,
                day=aim.target_date if kind == "step" else None,
            )  # fmt: skip
        for ref, (kind, amount) in ITEM_CURVES.items():
            services.set_curve(plan.items[ref], by=by, version=0, kind=kind, amount=amount)
    add_inputs(world, plan)


def add_inputs(world: World, plan: Plan) -> None:
    """What was typed for items, with its history, stored at once: a first start is waited for."""
    moment = world.calendar.moment(-CHOSEN, 15)
    asked = {each.name: each for each in RICE.inputs}
    rows, told = [], []
    for ref, texts in INPUTS.items():
        for name, text in zip(asked, texts, strict=True):
            value = read_input(text, asked[name])
            if value is None:
                continue
            item = plan.items[ref]
            rows.append(
                PriorityInput(
                    item=item, name=name, p10=value.p10, p50=value.p50, p90=value.p90,
                    created_at=moment,
                )
            )  # fmt: skip
            typed = value.p50 if value.p10 == value.p90 else list(value)
            told.append(
                change_of(item, moment, world.planner, "prioritised", {name: [None, typed]})
            )
    PriorityInput.objects.bulk_create(rows)
    store(told)
