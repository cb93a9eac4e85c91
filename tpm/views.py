"""Pages that belong to no single app: home, search, jobs, history, errors."""

import logging
import secrets
from uuid import UUID

from django.contrib import auth, messages
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Page, Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template import loader
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django.views.decorators.vary import vary_on_headers

from tpm import jobs, operations, panels, queries, services
from tpm.forms import FirstRunForm
from tpm.models import Product, User
from tpm.roles import products_visible_to, visible_products
from tpm.words import word_of

log = logging.getLogger(__name__)

SESSION_BACKEND = "django.contrib.auth.backends.ModelBackend"


def product_for(request, key: str) -> Product:
    """The product of an address, set on the request for the shell. Unseen is 404."""
    found = [product for product in visible_products(request.user) if product.key == key]
    if not found:
        raise Http404
    request.product = found[0]
    return found[0]


def page_of(request, rows, size: int, *, count: int | None = None) -> Page:
    """The page of rows that an address asks for; count: how many there are, where that is known."""
    pages = Paginator(rows, size)
    if count is not None:
        pages.__dict__["count"] = count
    return pages.get_page(request.GET.get("page"))


def remember(response: HttpResponse, product: Product) -> HttpResponse:
    """Keep the product that was looked at last, so that the next start opens there."""
    response.set_cookie("product", product.key, max_age=365 * 86400, samesite="Lax", httponly=True)
    return response


@login_not_required
@require_GET
def start(request):
    """The front door: first run, sign-in, or the home of the product seen last."""
    if not request.user.is_authenticated:
        return redirect("account_login" if User.objects.exists() else "tpm:first-run")
    products = list(products_visible_to(request.user))
    if not products:
        return render(request, "tpm/no_product.html")
    last = request.COOKIES.get("product")
    chosen = next((product for product in products if product.key == last), products[0])
    return redirect("tpm:home", chosen.key)


@login_not_required
@require_http_methods(["GET", "POST"])
def first_run(request):
    """Makes the administrator, as long as there are no users at all."""
    if User.objects.exists():
        raise Http404
    form = FirstRunForm(request.POST or None)
    if form.is_valid():
        user = services.create_administrator(**form.cleaned_data)
        auth.login(request, user, backend=SESSION_BACKEND)
        messages.success(request, "You are the administrator. Make the first product.")
        return redirect("tpm:product-create")
    status = 422 if form.errors else 200
    return render(request, "tpm/first_run.html", {"form": form}, status=status)


@require_GET
def home(request, key):
    product, seen = product_for(request, key), request.user.seen_home_at
    context = {
        "product": product,
        "needs": panels.render_all("home.needs", request, product),
        "changed": panels.render_all("home.changed", request, product),
        "since": seen if seen and seen >= product.created_at else None,
    }
    return remember(render(request, "tpm/home.html", context), product)


@require_POST
def home_seen(request, key):
    """Everything shown as changed has been seen; from now on Home counts anew."""
    product = product_for(request, key)
    services.mark_home_seen(request.user)
    return redirect("tpm:home", product.key)


@require_GET
@vary_on_headers("HX-Request")
def search(request):
    """Records by key or words; the palette fetches the same list."""
    words = word_of(request.GET, "q")
    found = panels.render_all("search", request, None, words) if words else []
    template = "tpm/search.html" + ("#results" if request.htmx else "")
    return render(request, template, {"words": words, "found": found})


@require_GET
def job_list(request):
    found = jobs.jobs_visible_to(request.user).select_related("product", "by")[:100]
    crumbs = [("Settings", reverse("tpm:settings")), ("Jobs", "")]
    return render(request, "tpm/job_list.html", {"jobs": found, "crumbs": crumbs})


@require_GET
@vary_on_headers("HX-Request")
def job_detail(request, pk):
    job = get_object_or_404(jobs.jobs_visible_to(request.user), pk=pk)
    request.product = job.product
    template = "tpm/job_detail.html" + ("#card" if request.htmx else "")
    # Where a card says what came of it, its report is a link away and pushes nothing down.
    short = bool(request.htmx) and bool({"outcome", "page"} & set(job.report))
    return render(request, template, {"job": job, "product": job.product, "short": short})


@require_POST
def job_cancel(request, pk):
    job = get_object_or_404(jobs.jobs_visible_to(request.user), pk=pk)
    jobs.require_cancel(request.user, job)
    jobs.cancel(job)
    return redirect("tpm:job-detail", job.pk)


def history_page(request, rows) -> dict:
    """Lines of history; what one batch did alike is one that leads to each of them."""
    asked = {name: word_of(request.GET, name, 100) for name in ("batch", "of", "did")}
    if asked["batch"]:
        try:
            batch = UUID(asked["batch"])
        except ValueError:
            raise Http404 from None
        rows = rows.filter(batch=batch, subject_type=asked["of"], action=asked["did"])
        page = page_of(request, rows, 100)
        return {"page": page, "lines": [queries.Gathered(row) for row in page], "of_one": True}
    page = page_of(request, queries.gathered(rows), 100)
    return {"page": page, "lines": queries.with_counts(rows, page)}


@require_GET
def history_list(request, key):
    """Everything that happened in one product, newest first."""
    product = product_for(request, key)
    rows = queries.changes_visible_to(request.user).filter(product=product)
    context = {
        "product": product,
        **history_page(request, rows),
        "undo": operations.next_undo(product, request.user),
        "redo": operations.next_redo(product, request.user),
    }
    return render(request, "tpm/history_list.html", context)


@login_not_required
@require_GET
def help_page(request):
    return render(request, "tpm/help.html")


@login_not_required
@require_GET
def robots(request):
    """Nothing here is for a search engine."""
    return HttpResponse("User-agent: *\nDisallow: /\n", content_type="text/plain")


def error_page(request, status: int, sentence: str = ""):
    return render(request, f"errors/{status}.html", {"sentence": sentence}, status=status)


@login_not_required
def bad_request(request, exception=None):
    return error_page(request, 400)


@login_not_required
def forbidden(request, exception=None):
    return error_page(request, 403, str(exception or ""))


@login_not_required
def not_found(request, exception=None):
    return error_page(request, 404)


@login_not_required
def server_error(request):
    """Our failure: a page that needs no database, with an id that stands in the log."""
    quote = secrets.token_hex(4)
    log.error("error %s at %s %s", quote, request.method, request.path)
    page = loader.render_to_string("errors/500.html", {"quote": quote})
    return HttpResponse(page, status=500)
