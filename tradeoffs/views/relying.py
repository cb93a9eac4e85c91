"""Links between decisions, and the checklist of what relied on one."""

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from tpm.forms import absorb
from tpm.roles import require
from tradeoffs import queries, services
from tradeoffs.forms.decisions import offer
from tradeoffs.models import Decision, DecisionLink
from tradeoffs.services.relying import KINDS
from tradeoffs.views.common import decision_for
from tradeoffs.views.record import form_page


class RelateForm(forms.Form):
    """How a decision leans on another."""

    kind = forms.ChoiceField(label=gettext_lazy("It"), choices=[(kind, kind) for kind in KINDS])
    to = forms.ModelChoiceField(label=gettext_lazy("Which"), queryset=Decision.objects.none())

    def __init__(self, data=None, *, user, decision: Decision) -> None:
        super().__init__(data)
        visible = queries.decisions_visible_to(user).filter(product=decision.product_id)
        offer(self, "to", visible.exclude(pk=decision.pk).order_by("-number"))


@require_http_methods(["GET", "POST"])
def decision_relate(request, key):
    decision = decision_for(request, key)
    require(request.user, "draft_decision", decision.product)
    form = RelateForm(request.POST or None, user=request.user, decision=decision)
    if form.is_valid():
        try:
            services.relate(decision, by=request.user, **form.cleaned_data)
            return redirect(decision.get_absolute_url() + "#leans")
        except ValidationError as error:
            absorb(form, error)
    return form_page(request, decision, form, {"title": "Link a decision", "save": "Link"})


@require_POST
def decision_unrelate(request, key, pk):
    decision = decision_for(request, key)
    require(request.user, "draft_decision", decision.product)
    link = get_object_or_404(DecisionLink.objects.select_related("to"), pk=pk, decision=decision)
    try:
        services.unrelate(link, by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect(decision.get_absolute_url() + "#leans")


@require_POST
def decision_relied(request, key):
    """Tick off one thing that relied on a decision, or open it again."""
    decision = decision_for(request, key)
    require(request.user, "draft_decision", decision.product)
    try:
        services.tick_off(
            decision,
            by=request.user,
            word=request.POST.get("row", ""),
            done=request.POST.get("done") == "1",
        )
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect(decision.get_absolute_url() + "#relied")
