"""What is to be looked at again, and how a product's predictions did."""

from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from tpm import navigation
from tpm.views import product_for
from tradeoffs import following, queries_follow
from tradeoffs.pages import track as track_page


@require_GET
def look_again(request, key):
    """Triggers that fired and decisions whose day has come: one's own, or everyone's."""
    product = product_for(request, key)
    everyone = request.GET.get("whose") == "all"
    today = timezone.localdate()
    firings = queries_follow.open_firings(product)
    due = queries_follow.due_for_a_look(product, today)
    mine = firings.filter(queries_follow.asked_of(request.user, product))
    mine_due = queries_follow.due_of(request.user, product, today)
    rows = list(firings if everyone else mine)
    labels = following.labels_of([row.trigger for row in rows], request.user)
    context = {
        "product": product,
        "crumbs": navigation.crumbs(
            product, ("Trade-offs", f"/p/{product.key}/decisions/"), ("Look again", "")
        ),
        "tabs": [
            ("Mine", request.path, not everyone, mine.count() + mine_due.count()),
            ("Everyone’s", f"{request.path}?whose=all", everyone, firings.count() + due.count()),
        ],
        "fired": track_page.fired(rows, labels, request.user, today),
        "due": track_page.due(list(due if everyone else mine_due), today),
    }
    return render(request, "tradeoffs/look_again.html", context)


@require_GET
def calibration(request, key):
    product = product_for(request, key)
    context = track_page.board(product, request.user) | {
        "product": product,
        "crumbs": navigation.crumbs(
            product,
            ("Trade-offs", f"/p/{product.key}/decisions/"),
            ("Do predictions come true?", ""),
        ),
    }
    return render(request, "tradeoffs/calibration.html", context)
