"""Pages that bring records in: upload or paste, preview, report, undo; and the table of words."""

import uuid
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django.views.decorators.vary import vary_on_headers

from roadmaps.importing import Unreadable, check_size
from tpm.forms import absorb
from tpm.import_pages import Pages
from tpm.models import Product
from tpm.roles import products_visible_to, require_admin
from tpm.uploads import Upload
from tradeoffs import import_services, services
from tradeoffs.forms.importing import CollectionForm, RecordsForm, StatusWordForm
from tradeoffs.import_services import Refused, Source, background
from tradeoffs.import_services.background import source_of
from tradeoffs.models import Collection, RecordFile, StatusWord
from tradeoffs.pages import importing as import_page

PAGES = Pages(
    routes="tradeoffs:import",
    above=((_("Trade-offs"), "tradeoffs:decision-list"), (_("Import"), "tradeoffs:import-new")),
    ability="import_decisions",
    undoing=background.undoing,
    start_undo=import_services.start_undo,
    acts="tradeoffs/import_acts.html",
    lists="tradeoffs/import_lists.html",
)
import_discard = require_POST(PAGES.discard)
import_undo = require_POST(PAGES.undo)


@require_http_methods(["GET", "POST"])
def import_new(request, key):
    """Take an archive, a file or a text; what cannot be read is not kept."""
    product = PAGES.product(request, key)
    form = RecordsForm(request.POST, request.FILES) if request.method == "POST" else RecordsForm()
    if form.is_valid():
        try:
            upload, collection = keep(product, form, by=request.user)
        except (Refused, Unreadable) as refusal:
            form.add_error("file" if form.cleaned_data["file"] else "text", str(refusal))
        else:
            url = reverse("tradeoffs:import-preview", args=[product.key, upload.token])
            return redirect(f"{url}?{urlencode({'collection': collection})}")
    context = {
        "product": product, "form": form, "pages": PAGES, "crumbs": PAGES.crumbs(product),
        "collections": Collection.objects.filter(product=product),
        "earlier": PAGES.earlier(request, product),
    }  # fmt: skip
    status = 422 if form.errors else 200
    return render(request, "tradeoffs/import_new.html", context, status=status)


def keep(product: Product, form: RecordsForm, *, by) -> tuple[Upload, str]:
    """Store what was sent, and say which collection it goes to.

    raises: Refused or Unreadable when nothing can be read of it; nothing is kept then
    """
    data = form.cleaned_data
    if data["file"]:
        chunks, name = data["file"].chunks(), data["file"].name
        stem = name.rsplit("/", 1)[-1].rsplit(".", 1)[0]
    else:
        text = data["text"].replace("\r\n", "\n")
        name = import_services.from_text(text, path=data["name"].strip()).files[0][0]
        chunks, stem = [text.encode()], "pasted"
    if not name.lower().endswith(".zip") and data["file"]:
        stem = "pasted"
    collection = (data["collection"] or stem).strip()[:120] or "records"
    upload = PAGES.keep(
        product, chunks, name=name, by=by, judge=check_size,
        read=lambda upload: source_of(upload, collection),
    )  # fmt: skip
    return upload, collection


@require_http_methods(["GET", "POST"])
def import_preview(request, key, token: uuid.UUID):
    """Show what importing would do; POST hands it to the worker."""
    product = PAGES.product(request, key)
    upload = PAGES.upload(product, token)
    form = CollectionForm(request.POST if request.method == "POST" else request.GET or None)
    name = form.cleaned_data["collection"] if form.is_valid() else "records"
    if request.method == "POST" and form.is_valid():
        job = import_services.start_import(product, upload, by=request.user, collection=name)
        return redirect("tradeoffs:import-report", product.key, job.pk)
    source = source_or_404(upload, name)
    _plan, report = import_services.preview_records(product, source)
    context = {
        "product": product, "upload": upload, "form": form, "pages": PAGES,
        "name": name, "again": [("collection", name)],
        "records": report["counts"]["records"], "crumbs": PAGES.crumbs(product, (upload.name, "")),
        **import_page.report_context(report),
    }  # fmt: skip
    status = 422 if form.errors else 200
    return render(request, "tradeoffs/import_preview.html", context, status=status)


def source_or_404(upload: Upload, collection: str) -> Source:
    """What was read when it was uploaded can be read again; another kind of upload is none."""
    try:
        return source_of(upload, collection)
    except Refused as refusal:
        raise Http404 from refusal


@require_GET
@vary_on_headers("HX-Request")
def import_report(request, key, pk):
    """How far an import is, then its report; it asks for itself until the import has ended."""
    product = PAGES.product(request, key)
    job = PAGES.job(request, product, pk)
    shown = import_page.report_context(job.report if job.ended_at else {})
    return PAGES.report(request, product, job, shown)


@require_http_methods(["GET", "POST"])
def status_word_list(request):
    """The table of status words; administrators add to it."""
    admin = request.user.is_superuser
    if request.method == "POST":
        require_admin(request.user)
    form = StatusWordForm(request.POST or None) if admin else None
    if form is not None and form.is_valid():
        services.set_status_word(by=request.user, **form.cleaned_data)
        messages.success(request, _("Files that say “%s” are read so from now on.") % form.instance)
        return redirect("tradeoffs:status-word-list")
    unmapped = RecordFile.objects.filter(
        unmapped=True, decision__product__in=products_visible_to(request.user)
    )
    context = {
        "form": form,
        "rows": StatusWord.objects.all(),
        "unmapped": unmapped.exclude(raw_status="").select_related("decision").defer("text")[:50],
        "crumbs": [(_("Settings"), reverse("tpm:settings")), (_("Status words"), "")],
    }
    status = 422 if form is not None and form.errors else 200
    return render(request, "tradeoffs/status_words.html", context, status=status)


@require_http_methods(["GET", "POST"])
def status_word_edit(request, pk):
    """Change or remove one word; what was imported before keeps its state."""
    require_admin(request.user)
    word = get_object_or_404(StatusWord, pk=pk)
    if request.method == "POST" and "remove" in request.POST:
        services.remove_status_word(word, by=request.user)
        return redirect("tradeoffs:status-word-list")
    form = StatusWordForm(request.POST or None, instance=word)
    if form.is_valid():
        try:
            services.set_status_word(by=request.user, row=word, **form.cleaned_data)
            return redirect("tradeoffs:status-word-list")
        except ValidationError as error:
            absorb(form, error)
    context = {
        "form": form,
        "word": word,
        "crumbs": [
            (_("Settings"), reverse("tpm:settings")),
            (_("Status words"), reverse("tradeoffs:status-word-list")),
            (word.word, ""),
        ],
    }
    status = 422 if form.errors else 200
    return render(request, "tradeoffs/status_word_form.html", context, status=status)
