"""Pages that bring the register in from a table: upload, preview, report, undo."""

import uuid

from django import forms
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django.views.decorators.vary import vary_on_headers

from debt.csv_import import applying
from debt.csv_import.reading import Sheet, read
from debt.pages import csv_import as csv_page
from roadmaps.importing import Unreadable, check_size
from tpm.import_pages import Pages
from tpm.uploads import Upload

PAGES = Pages(
    routes="debt:csv",
    above=((_("Debt"), "debt:item-list"), (_("Import"), "debt:csv-new")),
    ability="import",
    undoing=applying.undoing,
    start_undo=applying.undoing.start,
    acts="debt/csv_acts.html",
    lists="debt/csv_lists.html",
)
csv_discard = require_POST(PAGES.discard)
csv_undo = require_POST(PAGES.undo)


class TableForm(forms.Form):
    """A file, or rows copied from a spreadsheet."""

    file = forms.FileField(
        label=_("CSV file"), required=False,
        help_text=_("Comma, semicolon or tab; the first row names the columns. Up to 50 MB."),
        widget=forms.FileInput({"accept": ".csv,.tsv,.txt,text/csv"}),
    )  # fmt: skip
    text = forms.CharField(
        label=_("Or paste rows with their names"), required=False, strip=False,
        widget=forms.Textarea({"rows": 6, "spellcheck": "false"}),
    )  # fmt: skip

    def clean(self):
        data = super().clean() or {}
        if not self.errors and bool(data.get("file")) == bool(data.get("text", "").strip()):
            raise forms.ValidationError(_("Choose a file or paste rows: one of the two."))
        return data


def sheet_of(upload: Upload) -> Sheet:
    return read(upload.path.read_bytes())


@require_http_methods(["GET", "POST"])
def csv_new(request, key):
    """Take a table; what cannot be read is not kept."""
    product = PAGES.product(request, key)
    form = TableForm(request.POST, request.FILES) if request.method == "POST" else TableForm()
    if form.is_valid():
        file, text = form.cleaned_data["file"], form.cleaned_data["text"]
        try:
            upload = PAGES.keep(
                product, file.chunks() if file else [text.encode()],
                name=file.name if file else "pasted.csv", by=request.user,
                judge=check_size, read=sheet_of,
            )  # fmt: skip
        except Unreadable as refusal:
            form.add_error("file" if file else "text", str(refusal))
        else:
            return redirect("debt:csv-preview", product.key, upload.token)
    context = {
        "product": product, "form": form, "pages": PAGES, "crumbs": PAGES.crumbs(product),
        "earlier": PAGES.earlier(request, product),
    }  # fmt: skip
    return render(request, "debt/csv_new.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def csv_preview(request, key, token: uuid.UUID):
    """Show what taking it in would do; POST hands it to the worker, or looks again.

    Who looks again sends the answers that were given so far, which an address has no room for.
    """
    product = PAGES.product(request, key)
    if request.method == "POST" and (job := applying.import_of(product, token)):
        return redirect("debt:csv-report", product.key, job.pk)
    upload = PAGES.upload(product, token)
    asked = request.POST if request.method == "POST" else request.GET
    looks = request.method == "GET" or "look" in request.POST
    wins = asked.get("look", asked.get("take_file")) == "on"
    boxes = asked.getlist("sure")
    try:
        sheet = sheet_of(upload)
    except Unreadable as refusal:  # what waits here may be an upload of another kind
        raise Http404 from refusal
    if not looks:
        sure = sure_of(csv_page.answers_in(boxes))
        job = applying.start_import(product, upload, by=request.user, take_file=wins, sure=sure)
        return redirect("debt:csv-report", product.key, job.pk)
    report = applying.preview(product, sheet, take_file=wins, token=upload.token)
    context = {
        "product": product, "upload": upload, "pages": PAGES,
        "again": [("take_file", "on")] if wins else [],
        "crumbs": PAGES.crumbs(product, (upload.name, "")),
        "kept": any(row["kept"] for row in report["rows"]), "wins": wins,
        **csv_page.report_context(report, answers=True, ticked=boxes),
    }  # fmt: skip
    return render(request, "debt/csv_preview.html", context)


def sure_of(words: list[str]) -> str | list[int]:
    """The rows that somebody says are meant as they are; words that are none are nothing."""
    if applying.ALL in words:
        return applying.ALL
    return [int(word) for word in words if word.isdecimal() and len(word) < 10]


@require_GET
@vary_on_headers("HX-Request")
def csv_report(request, key, pk):
    """How far an import is, then its report."""
    product = PAGES.product(request, key)
    job = PAGES.job(request, product, pk)
    shown = csv_page.report_context(job.report if job.ended_at else {})
    return PAGES.report(request, product, job, shown)
