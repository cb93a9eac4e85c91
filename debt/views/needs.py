"""What is to be paid before a debt item."""

from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_POST

from debt import services
from debt.forms.items import NeedForm
from debt.views.items import form_page, item_for, saved


@require_http_methods(["GET", "POST"])
def item_needs(request, key):
    """Name another item of the product that is to be paid first."""
    item = item_for(request, key, "log_debt")
    form = NeedForm(request.POST or None, product=item.product)
    if form.is_valid():
        needed = form.cleaned_data["needed"]
        answer = saved(
            request, item, form, lambda: services.add_need(item, by=request.user, needed=needed)
        )
        if answer is not None:
            return answer
    return form_page(
        request, item, form, title="What is to be paid first", button="Add",
        says="It is weighed together with what it needs, and its work waits for that work.",
    )  # fmt: skip


@require_POST
def need_remove(request, key, pk):
    item = item_for(request, key, "log_debt")
    row = get_object_or_404(item.need_links.select_related("item__product", "needed"), pk=pk)
    services.remove_need(row, by=request.user)
    return redirect(item)
