"""The parameters of a score model in words."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

NAMES = {
    "month_days": gettext_lazy("Days of a month"),
    "size_days": gettext_lazy("Days to fix of a size, low, likely, high"),
    "one_number_spread": gettext_lazy("One number as a range: times low, likely, high"),
    "window_days": gettext_lazy("Days of history that count"),
    "half_life_days": gettext_lazy("Days after which a change counts half"),
    "touch_prior_changes": gettext_lazy("Changes that are assumed before any is seen"),
    "default_time_per_change_days": gettext_lazy("Days a change takes where nobody measured"),
    "slow_down": gettext_lazy("Slow-down, share of a change more"),
    "probability": gettext_lazy("How often a change there pays, share"),
    "monthly_cost_days": gettext_lazy("Days a month of an answer, low, likely, high"),
    "credibility_changes": gettext_lazy("Changes after which measuring weighs as much as saying"),
    "credibility_half_life_days": gettext_lazy("Days after which what was said weighs half"),
    "thin_evidence_changes": gettext_lazy("Changes below which evidence is thin"),
    "ask_again_days": gettext_lazy("Days after which it asks whether it is still true"),
    "contagion": gettext_lazy("Growth a month, share"),
    "discount_per_month": gettext_lazy("Discount a month, share"),
    "horizon_months": gettext_lazy("Months that are looked ahead"),
    "share_removed": gettext_lazy("Share of the interest that paying removes"),
    "months_until_done": gettext_lazy("Months until paying helps"),
    "draws": gettext_lazy("Draws of a score"),
    "drag_cap": gettext_lazy("Share of its capacity that a team can lose at the most"),
    "frozen_share": gettext_lazy("Share of capacity below which debt without gain is frozen"),
    "risk_share": gettext_lazy("Share of the points of severity from which risk is a reason"),
    "burden": gettext_lazy("Burden"),
    "payback": gettext_lazy("Payback"),
    "severity": gettext_lazy("Severity"),
    "spread": gettext_lazy("Contagion in the score"),
    "exposure": gettext_lazy("Exposure"),
    "letters": gettext_lazy("Score up to which a letter reaches"),
    "drag_letters": gettext_lazy("Drag up to which a letter reaches"),
    "history_fresh_days": gettext_lazy("Days after which a reading of history is stale"),
}
PARTS = {
    "points": gettext_lazy("points at the most"),
    "scale_share": gettext_lazy("scale, share of capacity"),
    "full_share": gettext_lazy("share that gives all points"),
    "half_months": gettext_lazy("months that give half the points"),
    "top_level": gettext_lazy("highest level"),
    "full_per_month": gettext_lazy("growth a month that gives all points"),
}


def lines(parameters: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Parameters as (words, name, value), in their order."""
    for name, value in parameters.items():
        words = str(NAMES.get(name, name.replace("_", " ")))
        if not isinstance(value, Mapping):
            yield words, name, shown(value)
            continue
        for part, inner in value.items():
            named = str(PARTS.get(part, part.replace("_", " ")))
            said = _("%(name)s: %(part)s") % {"name": words, "part": named}
            yield said, f"{name}.{part}", shown(inner)


def shown(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(shown(part) for part in value)
    return f"{value:g}"
