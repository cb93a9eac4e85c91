"""Comments at a part of a decision, and settling them."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST

from tpm.roles import require
from tradeoffs import services
from tradeoffs.forms.review import AnchorForm
from tradeoffs.models import Anchor
from tradeoffs.views.common import decision_for


@require_POST
def comment_at(request, key):
    decision = decision_for(request, key)
    require(request.user, "comment", decision.product)
    form = AnchorForm(request.POST, decision=decision)
    try:
        if not form.is_valid():
            raise ValidationError([text for texts in form.errors.values() for text in texts])
        data = form.cleaned_data
        services.comment_at(decision, by=request.user, body=data["body"], **data["part"])
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return HttpResponseRedirect(decision.get_absolute_url() + "#activity")


@require_POST
def comment_settle(request, key, pk):
    decision = decision_for(request, key)
    require(request.user, "comment", decision.product)
    row = get_object_or_404(Anchor.objects.select_related("comment"), pk=pk, decision=decision)
    try:
        services.settle_comment(row.comment, by=request.user, state=request.POST.get("state", ""))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return HttpResponseRedirect(f"{decision.get_absolute_url()}#comment-{row.comment_id}")
