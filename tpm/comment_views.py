"""Comments on any record, and those whom they address."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tpm import comments, subjects
from tpm.forms import CommentForm
from tpm.markdown import fold
from tpm.models import Product
from tpm.roles import require
from tpm.views import product_for
from tpm.words import number_or_none, word_of

OFFERED = 8


@require_POST
def comment_create(request, label, subject_id):
    subject = subjects.find(request.user, label, subject_id)
    require(request.user, "comment", subject.product)
    form = CommentForm(request.POST, people_url=people_url(subject.product))
    request.product = subject.product
    if not form.is_valid():
        context = {"form": form, "subject": subject, "product": subject.product}
        return render(request, "tpm/comment_form.html", context, status=422)
    comments.comment_on(subject, by=request.user, body=form.cleaned_data["body"])
    say_who_was_not_told(request, form.cleaned_data["body"], subject.product)
    return redirect(subject.get_absolute_url() + "#activity")


@require_http_methods(["GET", "POST"])
def comment_edit(request, pk):
    comment = get_object_or_404(comments.comments_visible_to(request.user), pk=pk)
    subject = subjects.find(request.user, comment.subject_type, comment.subject_id)
    if comment.by_id != request.user.pk or comment.deleted_at:
        raise Http404
    require(request.user, "comment", comment.product)
    request.product = comment.product
    form = CommentForm(
        request.POST or None,
        initial={"body": comment.body},
        people_url=people_url(comment.product),
    )
    if request.POST.get("delete"):
        comments.delete_comment(comment, by=request.user)
    elif form.is_valid():
        comments.edit_comment(comment, by=request.user, body=form.cleaned_data["body"])
        say_who_was_not_told(request, form.cleaned_data["body"], comment.product)
    else:
        context = {"form": form, "subject": subject, "comment": comment, "product": comment.product}
        status = 422 if form.errors else 200
        return render(request, "tpm/comment_form.html", context, status=status)
    return redirect(subject.get_absolute_url() + "#activity")


def say_who_was_not_told(request, body: str, product: Product) -> None:
    unknown = comments.unknown_names(body, product)
    if unknown:
        names = ", ".join(f"@{name}" for name in unknown[:OFFERED])
        sentence = _("Saved, but nobody was told: no one who may read this is called %(names)s.")
        messages.warning(request, sentence % {"names": names})


@require_GET
def people(request, key):
    """Whom a comment in this product can address, as the options of a list below the text."""
    product = product_for(request, key)
    require(request.user, "comment", product)
    found = comments.readers_of(product).order_by("name")
    word = fold(word_of(request.GET, "q"))
    fitting = [person for person in found if comments.begins(person, word)][:OFFERED]
    return render(request, "tpm/people_offered.html", {"people": fitting})


def people_url(product: Product) -> str:
    """Where the text of a comment asks for people while an @ is typed."""
    return reverse("tpm:people", args=[product.key])


@require_POST
def mentions_read(request, key):
    """Mark what addresses oneself as read: one comment, or all of the product."""
    product = product_for(request, key)
    asked = request.POST.getlist("mention")
    numbers = [number_or_none(pk) for pk in asked]
    pks = [pk for pk in numbers if pk is not None] if asked else None
    count = comments.mark_read(request.user, product, pks)
    words = ngettext("Marked as read.", "%(n)s comments marked as read.", count) % {"n": count}
    messages.success(request, words if count else _("They were marked as read already."))
    return redirect("tpm:home", product.key)
