"""Taking back what oneself did, and doing it again."""

from urllib.parse import urlsplit

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tpm import operations, undo_jobs
from tpm.models import Job, Operation, Product
from tpm.roles import require
from tpm.views import product_for


def tell(request, done: operations.Recording) -> None:
    """Say what was done, with a button that takes it back."""
    messages.success(request, done.words, extra_tags=undo_tag(done.operation))


def undo_tag(operation: Operation | None) -> str:
    if operation is None:
        return ""
    return f"undo:{reverse('tpm:undo-one', args=[operation.product.key, operation.pk])}"


@require_POST
def undo(request, key):
    """Take back the newest of one's own operations that stands."""
    product = product_for(request, key)
    return take_back(request, product, operations.next_undo(product, request.user))


@require_POST
def undo_one(request, key, pk):
    """Take back one of one's own operations, whatever was done since elsewhere."""
    product = product_for(request, key)
    mine = Operation.objects.filter(product=product, by=request.user)
    return take_back(request, product, get_object_or_404(mine, pk=pk))


@require_POST
def redo(request, key):
    """Do again what was undone last."""
    product = product_for(request, key)
    operation = operations.next_redo(product, request.user)
    if operation is None:
        return answer(request, product, _("There is nothing to do again."), refused=True)
    require(request.user, operation.ability, product)
    try:
        if undo_jobs.is_long(operation):
            return handed_over(request, undo_jobs.start(operation, by=request.user, back=False))
        operations.redo(operation, by=request.user)
    except operations.Refused as reason:
        return answer(request, product, _("Not done again. %s") % reason, refused=True)
    words = _("Done again: %s") % in_short(operation.words)
    return answer(request, product, words, operation=operation)


def take_back(request, product: Product, operation: Operation | None) -> HttpResponse:
    if operation is None:
        return answer(request, product, _("There is nothing to undo."), refused=True)
    require(request.user, operation.ability, product)
    try:
        if undo_jobs.is_long(operation):
            return handed_over(request, undo_jobs.start(operation, by=request.user))
        operations.undo(operation, by=request.user)
    except operations.Refused as reason:
        return answer(request, product, _("Not undone. %s") % reason, refused=True)
    return answer(request, product, _("Undone: %s") % in_short(operation.words), undone=operation)


LONG = 90
"""Letters of what was done that are said again: the toast before it had all of them."""


def in_short(words: str) -> str:
    """Its beginning, up to a whole word; the page of the history has the rest."""
    if len(words) <= LONG:
        return words
    return f"{words[:LONG].rsplit(' ', 1)[0].rstrip(' ,;:“')}…"


def handed_over(request, job: Job) -> HttpResponse:
    """Very many steps: the job says how far they are."""
    if request.accepts("text/html"):
        return redirect("tpm:job-detail", job.pk)
    words = _("%(title)s: the worker does it, see Jobs.") % {"title": job.title}
    return JsonResponse({"words": words, "undo": ""}, status=202)


def answer(
    request,
    product: Product,
    words: str,
    *,
    operation: Operation | None = None,
    undone: Operation | None = None,
    refused: bool = False,
) -> HttpResponse:
    """The words for a script that asked; else a toast on the page that it came from.

    `undone` names the button that a script takes away: it has nothing to take back any more.
    """
    if request.accepts("text/html"):
        say = messages.warning if refused else messages.success
        say(request, words, extra_tags=undo_tag(operation))
        return redirect(page_after(request, product, undone))
    answered = {
        "words": words,
        "undo": undo_tag(operation).removeprefix("undo:"),
        "undone": undo_tag(undone).removeprefix("undo:"),
    }
    return JsonResponse(answered, status=409 if refused else 200)


def page_after(request, product: Product, undone: Operation | None) -> str:
    """The page before, unless what was taken back is what it was about.

    A step names in `page` the address that goes with it.
    """
    before = page_before(request, product)
    gone = [step["page"] for step in undone.steps if "page" in step] if undone else []
    if any(before.startswith(page) for page in gone):
        return reverse("tpm:history-list", args=[product.key])
    return before


def page_before(request, product: Product) -> str:
    """The page of this site that a form was sent from; else the product's history."""
    before = urlsplit(request.headers.get("Referer", ""))
    if before.netloc == request.get_host() and before.path.startswith("/"):
        return before.path + (f"?{before.query}" if before.query else "")
    return reverse("tpm:history-list", args=[product.key])
