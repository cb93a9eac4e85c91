"""What people do about a debt item: plan, accept, pay, write off, open again; evidence."""

from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from debt import previews, services
from debt.forms.items import EvidenceForm, PaidForm, PlanForm, ReasonForm
from debt.models import DebtItem
from debt.moving import ability_to_reopen, done_words, not_to_plan
from debt.views.items import form_page, item_for, saved
from tpm import operations
from tpm.editing import EditConflict, conflict_response
from tpm.forms import absorb
from tpm.undo_views import tell


@require_http_methods(["GET", "POST"])
def item_plan(request, key):
    """What paying would do to the plan, and the button that puts it there."""
    item = item_for(request, key, "plan")
    if gap := not_to_plan(item):
        return already(request, item, gap)
    start = {"version": item.version, "title": f"Pay off: {item.title}", "place": "last"}
    form = PlanForm(request.POST or None, initial=start)
    if form.is_valid():
        data = form.cleaned_data
        try:
            with operations.recorded(item.product, by=request.user) as done:
                work = services.plan_it(
                    item,
                    by=request.user,
                    version=data["version"],
                    first=data["place"] == "first",
                    title=data["title"],
                )
                done.words = services.planned_words([work])
        except EditConflict as conflict:
            return conflict_response(request, conflict)
        except ValidationError as problem:
            absorb(form, problem)
        else:
            tell(request, done)
            return redirect(item)
    context = {"product": item.product, "item": item, "form": form, "previews": None}
    try:
        context["payoff"] = payoff = services.payoff_of(item)
        if "dates" in request.GET:  # two plans of a thousand items take seconds: the form is first
            context["previews"] = previews.of_paying(item, payoff)
    except ValidationError as problem:
        context["gap"] = " ".join(problem.messages)
    return render(request, "debt/item_plan.html", context, status=422 if form.errors else 200)


def already(request, item: DebtItem, gap: str):
    """What is planned, or closed, is not planned again: what it is, and where."""
    page = {"product": item.product, "item": item, "gap": gap, "already": True, "work": item.item}
    status = 200 if request.method == "GET" else 422
    return render(request, "debt/item_plan.html", page, status=status)


def close_with(request, key: str, *, ability: str, form_class, write, title, button, says, becomes):
    """A form with a reason that moves an item to its end."""
    item = item_for(request, key, ability)
    form = form_class(request.POST or None, initial={"version": item.version})
    if form.is_valid():
        data = form.cleaned_data
        answer = saved(
            request,
            item,
            form,
            lambda: write(item, by=request.user, version=data["version"], why=data["why"]),
            words=done_words(item, becomes),
            ability=ability,
        )
        if answer is not None:
            return answer
    return form_page(request, item, form, title=title, button=button, says=says)


@require_http_methods(["GET", "POST"])
def item_pay(request, key):
    return close_with(
        request, key, ability="log_debt", form_class=PaidForm, write=services.mark_paid,
        title="It is fixed", button="Mark as paid", says="From today on it costs nothing.",
        becomes=DebtItem.State.PAID,
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def item_write_off(request, key):
    return close_with(
        request, key, ability="accept_debt", form_class=ReasonForm, write=services.write_off,
        title="Write it off", button="Write off",
        says="For debt that is gone with its component. From today on it costs nothing.",
        becomes=DebtItem.State.WRITTEN_OFF,
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def item_not_debt(request, key):
    return close_with(
        request, key, ability="accept_debt", form_class=ReasonForm,
        write=services.declare_not_debt, title="Not debt", button="It is not debt",
        says="It leaves the register, and counts as never having cost anything.",
        becomes=DebtItem.State.NOT_DEBT,
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def item_reopen(request, key):
    item = item_for(request, key)
    return close_with(
        request, key, ability=ability_to_reopen(item), form_class=ReasonForm,
        write=services.reopen, title="Open it again", button="Open again",
        says="It costs what it costs. Work planned to pay it leaves the plan unless it has begun.",
        becomes=DebtItem.State.OPEN,
    )  # fmt: skip


@require_POST
def evidence_add(request, key):
    item = item_for(request, key, "log_debt")
    form = EvidenceForm(request.POST)
    if form.is_valid():
        text = form.cleaned_data["text"]
        answer = saved(
            request, item, form, lambda: services.add_evidence(item, by=request.user, text=text)
        )
        if answer is not None:
            return answer
    return form_page(request, item, form, title="Add evidence", button="Add")


@require_POST
def evidence_remove(request, key, pk):
    item = item_for(request, key, "log_debt")
    row = get_object_or_404(item.evidence, pk=pk)
    services.remove_evidence(row, by=request.user)
    return redirect(item)
