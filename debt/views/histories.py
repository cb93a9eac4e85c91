"""What was read of repositories, and reading more."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST
from django.views.decorators.vary import vary_on_headers

from debt import owning, queries, services
from debt.forms.histories import LogForm
from debt.pages import histories as page
from debt.queries import figures as queries_figures
from debt.queries import histories as queries_history
from debt.services import history_jobs
from roadmaps.importing import check_size
from tpm import navigation, uploads
from tpm.import_pages import Pages
from tpm.models import Job
from tpm.roles import require, why_not
from tpm.views import product_for

SHOWN, READINGS = 20, 50
PAGES = Pages(
    routes="debt:history",
    above=(
        (gettext_lazy("Debt"), "debt:item-list"),
        (gettext_lazy("History"), "debt:history"),
    ),
    ability="read_history",
    undoing=history_jobs.undoing,
    start_undo=history_jobs.start_undo,
    acts="",
    lists="",
)
history_discard = require_POST(PAGES.discard)


@require_http_methods(["GET", "POST"])
def history(request, key):
    """Readings and what they say; POST takes a log to look at."""
    product = product_for(request, key)
    form = LogForm(request.POST or None, request.FILES or None, product=product)
    if request.method == "POST":
        require(request.user, "read_history", product)
        if form.is_valid():
            token = take(request, product, form)
            return redirect("debt:history-preview", product.key, token)
    runs = queries_history.runs_visible_to(request.user).filter(product=product)
    runs = runs.select_related("component", "by", "product").defer("files", "moved", "months")
    newest = list(runs[:READINGS])
    model = queries.current_model().parameters
    figures = queries_figures.figures_of(product)
    register = (_("Debt"), reverse("debt:item-list", args=[product.key]))
    context = {
        "product": product,
        "form": form,
        "runs": page.run_rows(newest),
        "why_not": why_not(request.user, "read_history", product),
        "named": history_jobs.named_for(product),
        "spots": page.spot_rows(queries_figures.hotspots_in(figures, SHOWN)),
        "pairs": page.pair_rows(queries_figures.pairs_in(product, figures)[:SHOWN]),
        "teams": page.team_rows(queries_figures.shares_in(figures)),
        "owners": page.owner_words(owning.files_of(product)),
        "computing": not figures and any(row.is_live for row in newest),
        "as_of": page.as_of_words([row.as_of for row in figures]),
        "window": f"{model['window_days']:g}",
        "crumbs": navigation.crumbs(product, register, (_("History"), "")),
    }
    return render(request, "debt/history.html", context, status=422 if form.errors else 200)


def take(request, product, form: LogForm):
    """Keep the uploaded file, and let the worker look into it. returns: its token"""
    given = form.cleaned_data
    upload = uploads.store(
        given["file"].chunks(), name=given["file"].name, product_key=product.key, by=request.user,
        judge=check_size,
    )  # fmt: skip
    history_jobs.start_preview(
        product, upload, by=request.user, repository=given["repository"],
        component=given["component"],
    )  # fmt: skip
    return upload.token


@require_http_methods(["GET", "POST"])
@vary_on_headers("HX-Request")
def history_preview(request, key, token):
    """What reading an uploaded log would find; POST reads it in."""
    product = PAGES.product(request, key)
    upload = PAGES.upload(product, token)
    job = history_jobs.preview_of(product, upload)
    if job is None:
        raise Http404
    done = job.state == Job.State.DONE
    if request.method == "POST" and done:
        started = history_jobs.start_log(
            product, upload, by=request.user, repository=job.arguments["repository"],
            component=history_jobs.component_of(job, product),
        )  # fmt: skip
        return redirect("tpm:job-detail", started.pk)
    if request.htmx and job.ended_at:  # the buttons of the page change with the end of the job
        return HttpResponse(headers={"HX-Refresh": "true"})
    context = {
        "product": product, "upload": upload, "job": job, "pages": PAGES, "look": request.path,
        "repository": job.arguments["repository"], "found": done and page.preview_rows(job.report),
        "left_out": page.left_out_words(job.report.get("left out", {})),
        "nothing": done and not job.report["changes"],
        "crumbs": PAGES.crumbs(product, (upload.name, "")),
    }  # fmt: skip
    template = "debt/history_preview.html" + ("#reading" if request.htmx else "")
    return render(request, template, context)


@require_POST
def history_read(request, key):
    """Read a repository that the operator named."""
    product = product_for(request, key)
    require(request.user, "read_history", product)
    name = request.POST.get("name", "")
    if name not in [row.name for row in history_jobs.named_for(product)]:
        raise Http404
    return redirect("tpm:job-detail", history_jobs.start_named(product, name, by=request.user).pk)


@require_POST
def history_undo(request, key, pk):
    """Hand the taking back of a reading to the worker."""
    product = product_for(request, key)
    require(request.user, "read_history", product)
    runs = queries_history.runs_visible_to(request.user).filter(product=product)
    run = get_object_or_404(runs, pk=pk)
    if not services.may_undo(run):
        messages.error(request, _("Take back the newest reading of the repository first."))
        return redirect("debt:history", product.key)
    return redirect("tpm:job-detail", history_jobs.start_undo(run, by=request.user).pk)
