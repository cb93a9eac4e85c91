"""Who is consulted and informed, and that somebody has seen what was decided."""

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from tpm.editing import EditConflict, conflict_response
from tpm.forms import absorb
from tpm.models import Person
from tpm.roles import people_of, require
from tradeoffs import services
from tradeoffs.forms.decisions import offer
from tradeoffs.models import Decision, Involved
from tradeoffs.views.common import decision_for
from tradeoffs.views.record import form_page


class InvolvedForm(forms.Form):
    """Two lists of people; each stands in one of them."""

    consulted = forms.ModelMultipleChoiceField(
        Person.objects.none(), required=False, label=gettext_lazy("Consulted"),
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Heard before it is decided, and told of it after."),
    )  # fmt: skip
    informed = forms.ModelMultipleChoiceField(
        Person.objects.none(), required=False, label=gettext_lazy("Informed"),
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Told on Home and in the inbox once it is decided."),
    )  # fmt: skip

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args, decision: Decision, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        for role in Involved.Role.values:
            offer(self, role, people_of(decision.product).order_by("name"))
            named = decision.involved.filter(role=role).values_list("person", flat=True)
            self.initial.setdefault(role, list(named))
        self.initial.setdefault("version", services.told_version(decision.involved.all()))


@require_http_methods(["GET", "POST"])
def decision_involved(request, key):
    decision = decision_for(request, key)
    require(request.user, "draft_decision", decision.product)
    form = InvolvedForm(request.POST or None, decision=decision)
    if form.is_valid():
        try:
            services.involve(decision, by=request.user, **form.cleaned_data)
            return redirect(decision)
        except EditConflict as conflict:
            return conflict_response(request, conflict)
        except ValidationError as error:
            absorb(form, error)
    context = {"title": _("Who is told"), "save": _("Save who is told")}
    return form_page(request, decision, form, context)


@require_POST
def told_seen(request, key):
    """Take one's own notice off the list."""
    decision = decision_for(request, key)
    if services.note_seen(decision, by=request.user):
        messages.success(request, _("%s left your list.") % decision.key)
    return redirect(reverse("tradeoffs:review-inbox", args=[decision.product.key]))
