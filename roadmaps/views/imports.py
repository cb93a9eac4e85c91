"""Pages of an import: upload, preview, report, undo."""

from django.http import FileResponse, Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django.views.decorators.vary import vary_on_headers

from roadmaps import import_services
from roadmaps.forms.imports import OptionsForm, UploadForm
from roadmaps.import_services import background, reports
from roadmaps.importing import Options, Unreadable, check_size, read_path
from roadmaps.models import Item
from roadmaps.pages import imports as import_page
from tpm.import_pages import Pages

PAGES = Pages(
    routes="roadmaps:import",
    above=((_("Roadmap"), "roadmaps:timeline"), (_("Import"), "roadmaps:import-new")),
    ability="import",
    undoing=background.undoing,
    start_undo=import_services.start_undo,
    acts="roadmaps/import_acts.html",
    lists="roadmaps/import_lists.html",
)
import_discard = require_POST(PAGES.discard)
import_undo = require_POST(PAGES.undo)


@require_http_methods(["GET", "POST"])
def import_new(request, key):
    """Take a file; one that cannot be read is not kept."""
    product = PAGES.product(request, key)
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if form.is_valid():
        file = form.cleaned_data["file"]
        options = Options(hours_per_day=product.hours_per_day)
        try:
            upload = PAGES.keep(
                product, file.chunks(), name=file.name, by=request.user, judge=check_size,
                read=lambda upload: read_path(upload.path, options),
            )  # fmt: skip
        except Unreadable as refusal:
            form.add_error("file", str(refusal))
        else:
            return redirect("roadmaps:import-preview", product.key, upload.token)
    context = {
        "product": product, "form": form, "pages": PAGES, "crumbs": PAGES.crumbs(product),
        "earlier": PAGES.earlier(request, product),
    }  # fmt: skip
    status = 422 if form.errors else 200
    return render(request, "roadmaps/import_new.html", context, status=status)


@require_http_methods(["GET", "POST"])
def import_preview(request, key, token):
    """Show what applying would do; POST hands it to the worker."""
    product = PAGES.product(request, key)
    upload = PAGES.upload(product, token)
    form = OptionsForm(request.POST if request.method == "POST" else request.GET)
    context = {"product": product, "upload": upload, "form": form, "pages": PAGES}
    context["crumbs"] = PAGES.crumbs(product, (upload.name, ""))
    if not form.is_valid():
        return render(request, "roadmaps/import_preview.html", context, status=422)
    chosen = form.chosen()
    try:
        parsed, seen = import_services.preview_file(
            product,
            upload.path,
            by=request.user,
            options=import_services.options_from(chosen, product),
            take_file=chosen["take_file"],
        )
    except Unreadable as refusal:
        form.add_error(None, str(refusal))
        return render(request, "roadmaps/import_preview.html", context, status=422)
    if request.method == "POST" and not parsed.questions:
        job = import_services.start_import(product, upload, by=request.user, options=chosen)
        return redirect("roadmaps:import-report", product.key, job.pk)
    context |= import_page.preview_context(parsed, seen, request.GET or request.POST)
    context["states"] = Item.State.choices
    context["ready"] = not parsed.questions and parsed.rows
    status = 422 if request.method == "POST" else 200
    return render(request, "roadmaps/import_preview.html", context, status=status)


@require_GET
@vary_on_headers("HX-Request")
def import_report(request, key, pk):
    """How far an import is, then its report; it asks for itself until the import has ended."""
    product = PAGES.product(request, key)
    job = PAGES.job(request, product, pk)
    files = [
        (name, reports.FILES[name])
        for name in job.report.get("files", [])
        if reports.file_of(job.pk, name).exists()
    ]
    shown = {"files": files, **import_page.report_context(job)}
    return PAGES.report(request, product, job, shown)


@require_GET
def import_file(request, key, pk, name):
    """A download of a report: rows left out, or every problem."""
    product = PAGES.product(request, key)
    job = PAGES.job(request, product, pk)
    if name not in reports.FILES:
        raise Http404
    path = reports.file_of(job.pk, name)
    if not path.exists():
        raise Http404
    return FileResponse(
        path.open("rb"),
        as_attachment=True,
        filename=f"{product.key}-import-{job.pk}-{name}.csv",
        content_type="text/csv; charset=utf-8",
    )
