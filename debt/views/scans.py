"""Pages of scans: upload, preview, report, history, suggestions, findings."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django.views.decorators.vary import vary_on_headers

from debt import scan_services, scans
from debt.forms.scans import ReadForm, ScanForm, VerdictForm
from debt.models import Finding, Scan
from debt.pages import scans as scan_page
from debt.scan_services import background
from debt.scans.streaming import check_size
from tpm.forms import absorb
from tpm.import_pages import Pages
from tpm.models import Component, Job, Product
from tpm.roles import can, components_of, require, why_not
from tpm.uploads import Upload
from tpm.views import page_of, product_for
from tpm.words import word_of

PAGE = 100
SCANS = 20


PAGES = Pages(
    routes="debt:scan",
    above=(
        (gettext_lazy("Debt"), "debt:item-list"),
        (gettext_lazy("Scans"), "debt:scan-list"),
    ),
    ability="log_debt",
    undoing=background.undoing,
    start_undo=scan_services.start_undo,
    acts="debt/scan_acts.html",
    lists="debt/scan_lists.html",
)
scan_discard = require_POST(PAGES.discard)
scan_undo = require_POST(PAGES.undo)


@require_http_methods(["GET", "POST"])
def scan_list(request, key):
    """Suggestions and the history of scans; POST takes a report to look at."""
    product = product_for(request, key)
    form = ScanForm(request.POST or None, request.FILES or None, product=product)
    if request.method == "POST":
        require(request.user, "log_debt", product)
        if form.is_valid():
            upload = keep(product, form, by=request.user)
            if upload is not None:
                data = form.cleaned_data
                said = {"component": data["component"].key, "complete": data["complete"]}
                if scan_services.is_large(upload):
                    scan_services.start_preview(product, upload, by=request.user, said=said)
                return redirect(scan_services.preview_url(product, upload, said))
    found = Scan.objects.filter(product=product).select_related("scope", "by__person")
    suggested = scan_services.suggestions(product)
    context = {
        "product": product,
        "form": form,
        "crumbs": PAGES.crumbs(product),
        "suggestions": scan_page.suggestion_rows(product, suggested),
        "scans": scan_page.scan_rows(product, found[:SCANS]),
        "proposals": scan_services.proposals(product).count(),
        "has_components": components_of(product).exists(),
        "may": {name: can(request.user, name, product) for name in ("log_debt", "accept_debt")},
        "why_not": why_not(request.user, "log_debt", product),
    }
    return render(request, "debt/scan_list.html", context, status=422 if form.errors else 200)


def keep(product: Product, form: ScanForm, *, by) -> Upload | None:
    """Store a report that can be read; what cannot is not kept, and the form says why.

    A large one is the worker's to read.
    """
    file, component = form.cleaned_data["file"], form.cleaned_data["component"]
    options = scan_services.options_for(product, component, {})

    def read(upload: Upload) -> None:
        if not scan_services.is_large(upload):
            scans.read_path(upload.path, options)

    try:
        return PAGES.keep(
            product, file.chunks(), name=file.name, by=by, judge=check_size, read=read
        )
    except scans.Unreadable as refusal:
        form.add_error("file", str(refusal))
        return None


@require_http_methods(["GET", "POST"])
@vary_on_headers("HX-Request")
def scan_preview(request, key, token):
    """What taking a report in would do; POST hands it to the worker."""
    product = PAGES.product(request, key)
    upload = PAGES.upload(product, token)
    form = ReadForm(request.POST if request.method == "POST" else request.GET)
    context = {
        "product": product, "upload": upload, "form": form, "pages": PAGES,
        "crumbs": PAGES.crumbs(product, (upload.name, "")),
    }  # fmt: skip
    if not form.is_valid():
        return render(request, "debt/scan_preview.html", context, status=422)
    if not product.components.filter(key=form.cleaned_data["component"]).exists():
        raise Http404
    if scan_services.is_large(upload):
        return large_preview(request, product, upload, context)
    try:
        target = scan_services.target_from(product, form.said(), name=upload.name)
        report = scan_services.preview(target, scans.read_path(upload.path, target.options))
    except scans.Unreadable as refusal:
        form.add_error(None, str(refusal))
        return render(request, "debt/scan_preview.html", context, status=422)
    if request.method == "POST":
        job = scan_services.start_import(product, upload, by=request.user, said=form.said())
        return redirect("debt:scan-report", product.key, job.pk)
    context |= shown(report) | {"again": again_of(request, form), "component": target.component}
    return render(request, "debt/scan_preview.html", context)


def again_of(request, form: ReadForm) -> list[tuple[str, str]]:
    """What was said of a report, to be sent along with the button that takes it in."""
    return [(name, value) for name, value in request.GET.items() if name in form.fields]


def large_preview(request, product: Product, upload: Upload, context: dict) -> HttpResponse:
    """The same of a report that the worker reads; POST starts that, or takes the report in."""
    form: ReadForm = context["form"]
    said = form.said()
    here = scan_services.preview_url(product, upload, said)
    job = scan_services.preview_of(product, upload, said)
    done = job is not None and job.state == Job.State.DONE
    if request.method == "POST":
        if done and "read" not in request.POST:
            started = scan_services.start_import(product, upload, by=request.user, said=said)
            return redirect("debt:scan-report", product.key, started.pk)
        scan_services.start_preview(product, upload, by=request.user, said=said)
        return redirect(here)
    if job is not None and not job.ended_at:
        context |= {"job": job, "look": here}
        template = "debt/scan_preview.html" + ("#reading" if request.htmx else "")
        return render(request, template, context | {"large": True})
    if request.htmx:  # the buttons of the page change with the end of the job
        return HttpResponse(headers={"HX-Refresh": "true"})
    if job is not None and done:
        context |= shown(job.report) | {"again": again_of(request, form)}
        context["component"] = product.components.get(key=said["component"])
    elif job is not None:
        form.add_error(None, job.report.get("error") or _("The reading was stopped."))
    return render(request, "debt/scan_preview.html", context | {"large": True})


def shown(report: dict) -> dict:
    """The parts of a report that preview, report and history show alike."""
    return {
        "report": report,
        "about": scan_page.about(report),
        "counts": scan_page.counts_of(report),
        "lists": scan_page.lists_of(report),
        "notes": [*report.get("notes", []), *report.get("warnings", [])],
    }


@require_GET
@vary_on_headers("HX-Request")
def scan_report(request, key, pk):
    """How far a report is, then what it did; it asks for itself until that has ended."""
    product = PAGES.product(request, key)
    job = PAGES.job(request, product, pk)
    ended = job.ended_at and "counts" in job.report
    return PAGES.report(request, product, job, shown(job.report) if ended else {})


def scan_of(request, product: Product, pk: int) -> Scan:
    found = scan_services.scans_visible_to(request.user).filter(product=product)
    return get_object_or_404(found.select_related("scope", "by__person"), pk=pk)


@require_GET
def scan_detail(request, key, pk):
    """What one scan did, with its lists."""
    product = product_for(request, key)
    scan = scan_of(request, product, pk)
    context = {
        "product": product,
        "scan": scan,
        "crumbs": PAGES.crumbs(product, (scan.name or str(scan.scope), "")),
        "held": scan.held.filter(state=Finding.State.OPEN).count(),
        "may_write": can(request.user, "log_debt", product),
        "may_take_back": scan.state in (Scan.State.DONE, Scan.State.STOPPED),
        **shown(scan.report),
    }
    return render(request, "debt/scan_detail.html", context)


@require_POST
def scan_act(request, key, pk):
    """Close what a scan held back, mark its tool as flaky, or take the scan back."""
    product = PAGES.product(request, key)
    scan = scan_of(request, product, pk)
    act = request.POST.get("act", "")
    if act == "close":
        closed = scan_services.close_held(scan, by=request.user)
        messages.success(request, _("Closed: %(n)s findings.") % {"n": closed})
    elif act in ("flaky", "steady"):
        scan_services.set_flaky(scan, by=request.user, flaky=act == "flaky")
    elif act == "undo":
        return take_back(request, product, scan)
    else:
        messages.error(request, _("Nothing was asked for."))
    return redirect("debt:scan-detail", product.key, scan.pk)


def take_back(request, product: Product, scan: Scan):
    """Hand the taking back of a scan to the worker, wherever the scan came from."""
    try:
        undo = scan_services.start_scan_undo(scan, by=request.user)
    except scan_services.Busy as busy:
        messages.error(request, str(busy))
        return redirect("debt:scan-detail", product.key, scan.pk)
    messages.success(request, _("The report is being taken back."))
    if "job" in undo.arguments:
        return redirect("debt:scan-report", product.key, undo.arguments["job"])
    return redirect("tpm:job-detail", undo.pk)


@require_POST
def suggestion_accept(request, key):
    """Make one debt item of a suggestion, with its findings as evidence."""
    product = PAGES.product(request, key)
    rule, component = suggested(request, product)
    try:
        item = scan_services.accept_suggestion(
            product, by=request.user, rule=rule, component=component
        )
    except ValidationError as problem:
        messages.error(request, " ".join(problem.messages))
        return redirect("debt:scan-list", product.key)
    messages.success(request, _("%(key)s has the findings as its evidence.") % {"key": item.key})
    return redirect(item)


def suggested(request, product: Product) -> tuple[str, Component | None]:
    """Rule and component of a suggestion, as the page sends them."""
    asked = request.POST if request.method == "POST" else request.GET
    rule, named = word_of(asked, "rule"), word_of(asked, "component")
    if not named:
        return rule, None
    return rule, get_object_or_404(components_of(product), key=named)


@require_http_methods(["GET", "POST"])
def suggestion_dismiss(request, key):
    """Say that the findings of a suggestion, or those that tools leave out, are no debt."""
    product = product_for(request, key)
    require(request.user, "accept_debt", product)
    rule, component = suggested(request, product)
    proposed = "proposed" in (request.POST if request.method == "POST" else request.GET)
    rows = scan_services.waiting(product).filter(rule=rule, component=component)
    findings = list(scan_services.proposals(product) if proposed else rows)
    form = VerdictForm(request.POST if "verdict" in request.POST else None)
    if form.is_valid():
        try:
            judged = scan_services.judge(
                product, findings, by=request.user, verdict=form.cleaned_data["verdict"],
                why=form.cleaned_data["why"],
            )  # fmt: skip
        except ValidationError as problem:
            absorb(form, problem)
        else:
            messages.success(request, _("Judged: %(n)s findings.") % {"n": judged.changed})
            if judged.conflicts:
                text = _("Somebody else judged %(n)s of them meanwhile: theirs stays.")
                messages.warning(request, text % {"n": len(judged.conflicts)})
            return redirect("debt:scan-list", product.key)
    context = {
        "product": product, "form": form, "rule": rule, "component": component,
        "count": len(findings), "proposed": proposed, "crumbs": PAGES.crumbs(product, (rule, "")),
    }  # fmt: skip
    status = 422 if form.errors else 200
    return render(request, "debt/suggestion_dismiss.html", context, status=status)


@require_GET
def finding_list(request, key):
    """Findings by rule, component, item and state."""
    product = product_for(request, key)
    rows = scan_services.findings_visible_to(request.user).filter(product=product)
    asked = {name: word_of(request.GET, name) for name in ("rule", "component", "item", "state")}
    columns = {"rule": "rule", "component": "component__key", "item": "item__key"}
    for name, column in columns.items():
        if asked[name]:
            rows = rows.filter(**{column: asked[name]})
    proposed = request.GET.get("proposed") == "1"
    if proposed:
        rows = rows.filter(pk__in=scan_services.proposals(product).values("pk"))
    if asked["state"] not in ("any", "closed"):
        rows = rows.filter(state=Finding.State.OPEN)
    elif asked["state"] == "closed":
        rows = rows.filter(state=Finding.State.CLOSED)
    page = page_of(request, rows.select_related("item"), PAGE)
    chips = [(name.capitalize(), asked[name]) for name in columns if asked[name]]
    states = [("", _("Open")), ("closed", _("Closed")), ("any", _("All"))]
    kept = {name: value for name, value in asked.items() if value and name != "state"}
    kept |= {"proposed": "1"} if proposed else {}
    context = {
        "product": product,
        "crumbs": PAGES.crumbs(product, (_("Findings"), "")),
        "page": page,
        "rows": scan_page.finding_rows(page.object_list),
        "chips": chips,
        "proposed": proposed,
        "may_judge": proposed and page.paginator.count and can(
            request.user, "accept_debt", product
        ),
        "tabs": [
            (label, f"?{urlencode(kept | ({'state': value} if value else {}))}",
             value == asked["state"], "")
            for value, label in states
        ],
    }  # fmt: skip
    return render(request, "debt/finding_list.html", context)
