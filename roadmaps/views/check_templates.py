"""Templates of checks: what is offered to the items of a product."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from roadmaps import queries, services
from roadmaps.forms.checks import TemplateForm
from roadmaps.models import CheckTemplate, Item
from tpm import navigation
from tpm.editing import EditConflict, conflict_response
from tpm.forms import absorb
from tpm.models import Product
from tpm.roles import can, require
from tpm.views import product_for


def crumbs_of(product: Product, *more: tuple[str, str]) -> list[tuple[str, str]]:
    settings = (_("Settings"), reverse("tpm:product-settings", args=[product.key]))
    here = (_("Templates of checks"), reverse("roadmaps:check-template-list", args=[product.key]))
    return navigation.crumbs(product, settings, here, *more)


def may_edit(user, template: CheckTemplate, product: Product) -> bool:
    """A product's templates are its planners'; the workspace's are its administrator's."""
    return user.is_superuser if template.product_id is None else can(user, "plan", product)


def template_for(request, key: str, pk: int) -> CheckTemplate:
    """A template that the product offers, once the person may change it."""
    product = product_for(request, key)
    template = get_object_or_404(queries.templates_of(product), pk=pk)
    require(request.user, "plan", product)
    if not may_edit(request.user, template, product):
        raise PermissionDenied(
            "An administrator of the workspace changes what every product offers."
        )
    return template


@require_GET
def template_list(request, key):
    product = product_for(request, key)
    kinds = dict(Item.Kind.choices)
    rows = [
        (
            template,
            ", ".join(str(kinds.get(kind, kind)) for kind in template.item_kinds),
            ", ".join(component.name for component in template.components.all()),
            may_edit(request.user, template, product),
        )
        for template in queries.templates_of(product)
    ]
    context = {"product": product, "rows": rows, "crumbs": crumbs_of(product)}
    return render(request, "roadmaps/check_template_list.html", context)


def form_page(request, product: Product, form, template: CheckTemplate | None = None):
    title = _("Edit the template") if template else _("New template")
    context = {
        "product": product, "form": form, "template": template, "title": title,
        "crumbs": crumbs_of(product, (title, "")),
    }  # fmt: skip
    status = 422 if form.errors else 200
    return render(request, "roadmaps/check_template_form.html", context, status=status)


@require_http_methods(["GET", "POST"])
def template_create(request, key):
    product = product_for(request, key)
    require(request.user, "plan", product)
    form = TemplateForm(
        request.POST or None, product=product, may_everywhere=request.user.is_superuser
    )
    if form.is_valid():
        fields = dict(form.cleaned_data)
        place = None if fields.pop("everywhere", False) else product
        try:
            services.create_template(place, by=request.user, **fields)
        except ValidationError as error:
            absorb(form, error)
        else:
            messages.success(request, _("It is offered to the items that it fits."))
            return redirect("roadmaps:check-template-list", product.key)
    return form_page(request, product, form)


@require_http_methods(["GET", "POST"])
def template_edit(request, key, pk):
    template = template_for(request, key, pk)
    product = request.product
    form = TemplateForm(request.POST or None, product=product, template=template)
    if form.is_valid():
        try:
            services.edit_template(template, by=request.user, **form.cleaned_data)
        except EditConflict as conflict:
            return conflict_response(request, conflict)
        except ValidationError as error:
            absorb(form, error)
        else:
            messages.success(request, _("Saved. Checks made from it stay as they are."))
            return redirect("roadmaps:check-template-list", product.key)
    return form_page(request, product, form, template)


@require_POST
def template_retire(request, key, pk):
    template = template_for(request, key, pk)
    services.retire_template(template, by=request.user)
    messages.success(request, _("It is offered no more. Checks made from it stay."))
    return redirect("roadmaps:check-template-list", request.product.key)
