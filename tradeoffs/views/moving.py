"""The two moves that others hear of: asking for review, and acceptance."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tpm import formats
from tpm.editing import EditConflict, conflict_response
from tpm.forms import absorb
from tpm.roles import require
from tradeoffs import ceremony, services, standing
from tradeoffs.forms.decisions import StepForm
from tradeoffs.forms.review import AskForm
from tradeoffs.models import Decision
from tradeoffs.services import asking
from tradeoffs.views.common import decision_for
from tradeoffs.views.record import form_page


@require_http_methods(["GET", "POST"])
def decision_submit(request, key):
    """Ask for review: whom, until when, at which tier."""
    decision = decision_for(request, key)
    require(request.user, "draft_decision", decision.product)
    form = AskForm(request.POST or None, decision=decision)
    if form.is_valid():
        data, today = form.cleaned_data, timezone.localdate()
        due = None
        if data["days"]:
            due = asking.due_after(decision, data["days"], today=today)
        try:
            asked = services.request_review(
                decision, by=request.user, version=data["version"], people=data["people"],
                because=form.because, due_on=due, tier=data["tier"], answers=data["answers"],
                why=data["why"], today=today,
            )  # fmt: skip
            messages.success(request, said_who(decision, [row.person.name for row in asked], due))
            return redirect("tradeoffs:decision-review", key)
        except EditConflict as conflict:
            return conflict_response(request, conflict)
        except ValidationError as error:
            absorb(form, error)
    return form_page(
        request, decision, form,
        {"title": _("Ask for review"), "save": _("Ask for review"), "tiers": tier_lines()},
    )  # fmt: skip


def said_who(decision: Decision, asked: list[str], due) -> str:
    """Who was asked, and until when; where nobody was, whom it waits for."""
    if asked:
        words = _("%(key)s is in review. Asked: %(who)s.") % {
            "key": decision.key, "who": standing.listed(asked),
        }  # fmt: skip
    else:
        leads = ceremony.leads_of(decision, without=decision.author_id)
        words = _("%(key)s is in review. Nobody is asked by name: it waits for %(who)s.") % {
            "key": decision.key, "who": ceremony.listed(leads),
        }  # fmt: skip
    if due is not None:
        words += " " + _("Answers are due %(day)s.") % {"day": formats.day(due)}
    return words


def tier_lines() -> list[tuple[str, str]]:
    """Each tier with what it asks for, to be read beside the choice."""
    return [
        (label, ". ".join(ceremony.tier_asks(int(tier)))) for tier, label in Decision.Tier.choices
    ]


@require_http_methods(["GET", "POST"])
def decision_accept(request, key):
    """Accept what enough people approved, after reading what that freezes."""
    decision = decision_for(request, key)
    require(request.user, "decide", decision.product)
    form = StepForm(request.POST or None, initial={"version": decision.version})
    if form.is_valid():
        data = form.cleaned_data
        try:
            services.accept_decision(
                decision, by=request.user, version=data["version"], why=data["why"]
            )
            messages.success(request, _("%s is accepted, and its record is frozen.") % decision.key)
            return redirect(decision)
        except EditConflict as conflict:
            return conflict_response(request, conflict)
        except ValidationError as error:
            absorb(form, error)
    context = {
        "title": _("Accept"),
        "save": _("Accept and freeze %s") % decision.key,
        "freeze": ceremony.freeze_of(decision),
    }
    return form_page(request, decision, form, context)
