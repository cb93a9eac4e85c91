"""CODEOWNERS of repositories, and whom their names mean."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from debt import owning, services
from debt.forms.owner import NameForm, OwnersForm
from debt.models import OwnerName, OwnersFile
from debt.pages import owner as page
from tpm import formats, navigation
from tpm.editing import EditConflict
from tpm.forms import absorb
from tpm.models import Product
from tpm.roles import can, require, why_not
from tpm.views import product_for
from tpm.words import clean, word_of


@require_http_methods(["GET", "POST"])
def owners(request, key):
    """What CODEOWNERS say; POST gives one, or with `name` says whom a name means."""
    product = product_for(request, key)
    form = OwnersForm(initial=given(product, word_of(request.GET, "edit")))
    naming, refused, theirs, status = None, "", None, 200
    if request.method == "POST":
        require(request.user, "read_history", product)
        try:
            if "name" in request.POST:
                naming = NameForm(request.POST, product=product)
                done = naming.is_valid() and say(request, product, naming)
                refused = " ".join(map(str, naming.errors.get("who", [])))
            else:
                kept = given(product, word_of(request.POST, "repository"))
                form = OwnersForm(request.POST, request.FILES, initial=kept)
                done = form.is_valid() and give(request, product, form)
            status = 200 if done else 422
        except EditConflict as conflict:
            done, status = False, 409
            refused = conflict_words(conflict)
            if naming is None:
                theirs = conflict.theirs["text"]
                form.put_anew(conflict.mine["text"], conflict.instance.version)
                form.add_error("text", refused)
        if done:
            return redirect("debt:owners", product.key)
    shown = context(request, product, form, naming, refused)
    return render(request, "debt/owners.html", shown | {"theirs": theirs}, status=status)


def conflict_words(conflict: EditConflict) -> str:
    """What somebody else said meanwhile. Sent once more, mine is said in its place."""
    if not conflict.instance.version:
        return _("Somebody took it away meanwhile. Send yours again to keep it.")
    words = _("Somebody said something else meanwhile. Look at it, and send it again.")
    if isinstance(conflict.instance, OwnerName):
        who = conflict.instance.team or conflict.instance.person
        words += " " + _("They said: %(who)s.") % {"who": who}
    return words


def given(product: Product, repository: str) -> dict[str, object]:
    """What the form begins with: a file that a person gave, to be changed."""
    mine = OwnersFile.objects.filter(product=product, repository=repository)
    row = mine.filter(run=None, gone=False).first() if repository else None
    if row is None:
        return {"repository": repository}
    return {"repository": repository, "text": row.text, "version": row.version}


def give(request, product: Product, form: OwnersForm) -> bool:
    said = form.cleaned_data
    try:
        row = services.give_owners(
            product, by=request.user, repository=said["repository"], text=said["text"],
            version=said["version"],
        )  # fmt: skip
    except ValidationError as problem:
        absorb(form, problem)
        return False
    words = _("Taken away.") if row is None else _("Kept. New debt in its files follows it.")
    messages.success(request, words)
    return True


def say(request, product: Product, form: NameForm) -> bool:
    team, person = form.cleaned_data["who"]
    try:
        services.say_owner_name(
            product, by=request.user, name=form.cleaned_data["name"], team=team, person=person,
            version=form.cleaned_data["version"],
        )  # fmt: skip
    except ValidationError as problem:
        form.add_error("who", " ".join(problem.messages))
        return False
    messages.success(request, _("Kept. New debt follows it."))
    return True


def context(request, product: Product, form: OwnersForm, naming: NameForm | None, refused: str):
    """Everything that the page shows."""
    rows = owning.files_of(product)
    names, more = page.name_rows(product, rows)
    if naming is not None and refused and not page.with_typed(names, naming.data, refused):
        messages.error(request, refused)  # no file has the name any more
    path = clean(request.GET.get("path", ""), 500)
    above = [
        (_("Debt"), reverse("debt:item-list", args=[product.key])),
        (_("History"), reverse("debt:history", args=[product.key])),
    ]
    return {
        "product": product,
        "form": form,
        "files": page.file_rows(rows),
        "names": names,
        "more": formats.number(more) if more else "",
        "choices": page.choices(product),
        "path": path,
        "whose": page.whose_words(product, path) if path else [],
        "may_write": can(request.user, "read_history", product),
        "why_not": why_not(request.user, "read_history", product),
        "crumbs": navigation.crumbs(product, *above, (_("Code owners"), "")),
    }
