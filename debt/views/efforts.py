"""The table of what a finding of each rule takes to fix."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from debt import scan_services
from debt.forms.efforts import RuleEffortForm, words_of
from tpm import formats, navigation
from tpm.editing import EditConflict
from tpm.roles import can, require
from tpm.views import product_for

SHOWN = 500


@require_http_methods(["GET", "POST"])
def effort_list(request, key):
    """Rules with what one finding takes; POST says it of one, and nothing: it is unknown."""
    product = product_for(request, key)
    form, refused = None, ""
    if request.method == "POST":
        require(request.user, "plan", product)
        form = RuleEffortForm(request.POST, hours_per_day=product.hours_per_day)
        if form.is_valid():
            try:
                scan_services.set_rule_effort(product, by=request.user, **form.cleaned_data)
            except EditConflict as conflict:
                theirs = words_of(conflict.theirs["minutes"])
                refused = _("Somebody said %(theirs)s meanwhile. Save again to replace it.") % {
                    "theirs": theirs
                }
            except ValidationError as problem:
                refused = " ".join(problem.messages)
            else:
                messages.success(request, _("Kept. Scores that it changes are computed anew."))
                return redirect("debt:effort-list", product.key)
    rules = scan_services.rules_of(product)
    above = [
        (_("Debt"), reverse("debt:item-list", args=[product.key])),
        (_("Scans"), reverse("debt:scan-list", args=[product.key])),
    ]
    context = {
        "product": product,
        "rows": [row_of(row, form, refused) for row in rules[:SHOWN]],
        "more": formats.number(len(rules) - SHOWN) if len(rules) > SHOWN else "",
        "may_write": can(request.user, "plan", product),
        "crumbs": navigation.crumbs(product, *above, (_("What rules take"), "")),
    }
    status = 409 if refused else 422 if form is not None and form.errors else 200
    return render(request, "debt/effort_list.html", context, status=status)


def row_of(row: scan_services.RuleRow, form: RuleEffortForm | None, refused: str) -> dict:
    """One rule; what was typed for it and refused stays in its field, with the reason."""
    mine = form if form is not None and form.data.get("rule") == row.rule else None
    kept = words_of(row.effort.minutes) if row.effort else ""
    return {
        "rule": row.rule,
        "findings": formats.number(row.findings),
        "unsaid": formats.number(row.unsaid),
        "version": row.effort.version if row.effort else 0,
        "kept": kept,
        "said_by_tool": row.findings > 0 and not row.unsaid,
        "typed": mine.data.get("minutes", "") if mine is not None else kept,
        "error": (refused or " ".join(map(str, mine.errors.get("minutes", []))))
        if mine is not None
        else "",
    }
