"""Many decisions at once: ask for reviews, set when they are looked at again, or export them."""

from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from tpm import navigation
from tpm.forms import DayField, absorb
from tpm.models import Person, Product, Role
from tpm.roles import people_of, require
from tpm.views import product_for
from tradeoffs import finding, queries, services, standing
from tradeoffs.forms.decisions import offer

MOST_IN_ADDRESS = 200
MOST_REASONS = 5


class RevisitForm(forms.Form):
    """The day, and why."""

    day = DayField(
        label=gettext_lazy("Look at them again on"),
        required=False,
        help_text=gettext_lazy("Empty takes the day away."),
    )
    why = forms.CharField(
        label=gettext_lazy("Why"),
        required=False,
        max_length=1000,
        help_text=gettext_lazy("Kept in the history of each decision."),
    )


class ReviewersForm(forms.Form):
    """Whom to ask of all of them; `sent` tells this page from the list."""

    people = forms.ModelMultipleChoiceField(
        Person.objects.none(), label=gettext_lazy("Who judges them"),
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy(
            "Members of the product and above. Of a decision in review, a lead who did not write "
            "it says who is asked."
        ),
    )  # fmt: skip
    sent = forms.CharField(widget=forms.HiddenInput, initial="1")

    def __init__(self, *args, product: Product, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        able = Role.objects.filter(product=product, level__in=standing.ABLE)
        people = people_of(product).filter(user__is_active=True, roles__in=able).order_by("name")
        offer(self, "people", people)


@require_http_methods(["GET", "POST"])
def decision_bulk(request, key):
    """What was ticked in the list; read, the address leads back to it."""
    product = product_for(request, key)
    list_url = reverse("tradeoffs:decision-list", args=[product.key])
    if request.method == "GET":
        return redirect(list_url)
    back = request.POST.get("back", "")
    list_url += f"?{back}" if back else ""
    keys = [word for part in request.POST.getlist("key") for word in part.split()]
    visible = queries.decisions_visible_to(request.user).filter(product=product)
    picked = list(finding.picked(visible, keys).order_by("number"))
    if not picked:
        messages.warning(request, _("Select rows first: tick the boxes before them."))
        return redirect(list_url)
    if request.POST.get("do") == "export":
        names = [("key", decision.key) for decision in picked[:MOST_IN_ADDRESS]]
        url = reverse("tradeoffs:export-zip", args=[product.key])
        return redirect(f"{url}?{urlencode(names)}")
    require(request.user, "draft_decision", product)
    asks = request.POST.get("do") == "review"
    title = _("Assign reviewers") if asks else _("Set revisit")
    form: forms.Form
    if asks:
        form = ReviewersForm(request.POST if "sent" in request.POST else None, product=product)
    else:
        form = RevisitForm(request.POST if "day" in request.POST else None)
    if form.is_valid():
        try:
            if asks:
                people = list(form.cleaned_data["people"])
                done = services.ask_of_many(picked, by=request.user, people=people)
                tell_asked(request, done, [person.name for person in people])
            else:
                tell(request, *services.set_revisit(picked, by=request.user, **form.cleaned_data))
        except ValidationError as error:
            absorb(form, error)
        else:
            return redirect(list_url)
    context = {
        "product": product,
        "form": form,
        "do": "review" if asks else "revisit",
        "title": title,
        "picked": picked,
        "back": back,
        "list_url": list_url,
        "crumbs": navigation.crumbs(product, (_("Trade-offs"), list_url), (title, "")),
    }
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "tradeoffs/bulk.html", context, status=status)


def tell_asked(request, done: services.AskedOfMany, names: list[str]) -> None:
    """Who is asked of how many, and why the others stayed."""
    many = len(done.changed)
    if many:
        words = ngettext(
            "%(who)s: asked to judge one decision.",
            "%(who)s: asked to judge %(n)s decisions.",
            many,
        ) % {"who": standing.listed(names), "n": many}
        messages.success(request, words)
    for key, why in list(done.stayed.items())[:MOST_REASONS]:
        messages.warning(request, f"{key}: {why}")
    if len(done.stayed) > MOST_REASONS:
        rest = len(done.stayed) - MOST_REASONS
        messages.warning(request, _("%(n)s more stay as they were.") % {"n": rest})


def tell(request, changed: list[str], stayed: list[str]) -> None:
    words = ngettext(
        "One decision has its day.", "%(n)s decisions have their day.", len(changed)
    ) % {"n": len(changed)}
    if stayed:
        words += " " + _("%(keys)s stay: they no longer hold.") % {"keys": ", ".join(stayed[:10])}
    messages.success(request, words)
