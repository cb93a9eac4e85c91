"""Pages of an import: upload, preview, report, undo."""

from django.contrib import messages
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django.views.decorators.vary import vary_on_headers

from roadmaps import import_page, import_services
from roadmaps.import_forms import OptionsForm, UploadForm
from roadmaps.import_services import reports, uploads
from roadmaps.importing import Options, Unreadable, read_path
from roadmaps.models import Item
from tpm import jobs, navigation
from tpm.models import Job
from tpm.roles import require
from tpm.views import product_for


def product_to_fill(request, key: str):
    """The product of an address, for somebody who may import into it."""
    product = product_for(request, key)
    require(request.user, "import", product)
    return product


def crumbs_of(product, *more: tuple[str, str]) -> list[tuple[str, str]]:
    plan = reverse("roadmaps:timeline", args=[product.key])
    here = reverse("roadmaps:import-new", args=[product.key])
    return navigation.crumbs(product, (_("Roadmap"), plan), (_("Import"), here), *more)


def job_of(request, product, pk: int) -> Job:
    found = jobs.jobs_visible_to(request.user).filter(product=product, kind=import_services.IMPORT)
    return get_object_or_404(found, pk=pk)


@require_http_methods(["GET", "POST"])
def import_new(request, key):
    """Take a file; one that cannot be read is not kept."""
    product = product_to_fill(request, key)
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            upload = uploads.store(
                file.chunks(), name=file.name, product_key=product.key, by=request.user
            )
            try:
                read_path(upload.path, Options(hours_per_day=product.hours_per_day))
            except Unreadable:
                uploads.forget(upload)
                raise
        except Unreadable as refusal:
            form.add_error("file", str(refusal))
        else:
            return redirect("roadmaps:import-preview", product.key, upload.token)
    earlier = Job.objects.filter(product=product, kind=import_services.IMPORT)
    context = {
        "product": product, "form": form, "earlier": earlier.select_related("by")[:10],
        "crumbs": crumbs_of(product),
    }  # fmt: skip
    status = 422 if form.errors else 200
    return render(request, "roadmaps/import_new.html", context, status=status)


@require_http_methods(["GET", "POST"])
def import_preview(request, key, token):
    """Show what applying would do; POST hands it to the worker."""
    product = product_to_fill(request, key)
    upload = uploads.find(product.key, token)
    if upload is None:
        raise Http404
    form = OptionsForm(request.POST if request.method == "POST" else request.GET)
    context = {"product": product, "upload": upload, "form": form}
    context["crumbs"] = crumbs_of(product, (upload.name, ""))
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
    status = 422 if request.method == "POST" else 200
    return render(request, "roadmaps/import_preview.html", context, status=status)


@require_POST
def import_discard(request, key, token):
    """Let go of an upload that will not be imported."""
    product = product_to_fill(request, key)
    upload = uploads.find(product.key, token)
    if upload is not None:
        uploads.forget(upload)
    return redirect("roadmaps:import-new", product.key)


@require_GET
@vary_on_headers("HX-Request")
def import_report(request, key, pk):
    """How far an import is, then its report; it asks for itself until the import has ended."""
    product = product_to_fill(request, key)
    job = job_of(request, product, pk)
    context = {
        "product": product,
        "job": job,
        "crumbs": crumbs_of(product, (job.title, "")),
        "may_undo": import_services.may_undo(job),
        "undo": import_services.undo_of(job),
        "files": [
            (name, reports.FILES[name])
            for name in job.report.get("files", [])
            if reports.file_of(job.pk, name).exists()
        ],
        **import_page.report_context(job),
    }
    template = "roadmaps/import_report.html" + ("#report" if request.htmx else "")
    return render(request, template, context)


@require_GET
def import_file(request, key, pk, name):
    """A download of a report: rows left out, or every problem."""
    product = product_to_fill(request, key)
    job = job_of(request, product, pk)
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


@require_POST
def import_undo(request, key, pk):
    """Hand the taking back of an import to the worker."""
    product = product_to_fill(request, key)
    job = job_of(request, product, pk)
    if import_services.may_undo(job):
        import_services.start_undo(job, by=request.user)
        messages.success(request, _("The import is being taken back."))
    else:
        messages.error(request, _("There is nothing left to take back."))
    return redirect("roadmaps:import-report", product.key, job.pk)
