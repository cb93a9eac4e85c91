"""Settings: products, components, tokens, preferences."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tpm import queries, services, tokens
from tpm import workspace_forms as forms
from tpm.context import THEMES
from tpm.editing import save_response
from tpm.forms import absorb
from tpm.models import ApiToken, Person, Role
from tpm.roles import (
    can,
    products_visible_to,
    require,
    require_admin,
    teams_visible_to,
)
from tpm.views import history_page, product_for

FORM_PAGE = "tpm/form_page.html"


def form_page(request, form, title: str, button: str, **context):
    """A page that is one form; 422 when the form was refused."""
    context |= {"form": form, "title": title, "button": button}
    return render(request, FORM_PAGE, context, status=422 if form.errors else 200)


def try_service(form, call, *args, **fields):
    """Call a service; a broken rule becomes an error of the form. Returns None then."""
    try:
        return call(*args, **fields)
    except ValidationError as error:
        absorb(form, error)
        return None


@require_GET
def settings_index(request):
    return render(request, "tpm/settings_index.html")


@require_GET
def product_list(request):
    products = products_visible_to(request.user)
    return render(request, "tpm/product_list.html", {"rows": products})


@require_http_methods(["GET", "POST"])
def product_create(request):
    require_admin(request.user)
    form = forms.NewProductForm(request.POST or None)
    if form.is_valid():
        product = services.create_product(by=request.user, **form.cleaned_data)
        messages.success(request, f"{product.name} is ready. Import a file or add the first item.")
        return redirect("tpm:home", product.key)
    return form_page(request, form, "New product", "Create product")


@require_http_methods(["GET", "POST"])
def product_settings(request, key):
    """Name, roles and teams of a product."""
    product = product_for(request, key)
    form = forms.ProductForm(request.POST or None, instance=product_for(request, key))
    if request.method == "POST":
        require(request.user, "set_capacity", product)
        if form.is_valid():
            return save_response(
                request, services.edit_product, product, form.said(),
                then=reverse("tpm:product-settings", args=[product.key]),
            )  # fmt: skip
    context = {
        "product": product,
        "form": form,
        "roles": Role.objects.filter(product=product).select_related("person__user"),
        "shares": product.team_shares.select_related("team").order_by("team__name", "starts_on"),
        "role_form": forms.RoleForm(people=Person.objects.order_by("name"))
        if request.user.is_superuser
        else None,
    }
    status = 422 if form.errors else 200
    return render(request, "tpm/product_settings.html", context, status=status)


@require_POST
def role_set(request, key):
    product = product_for(request, key)
    require_admin(request.user)
    form = forms.RoleForm(request.POST, people=Person.objects.all())
    if form.is_valid():
        person, level = form.cleaned_data["person"], form.cleaned_data["level"] or None
        try_service(form, services.set_role, person, product, by=request.user, level=level)
    if form.errors:
        return form_page(request, form, "Give a role", "Save role", product=product)
    messages.success(request, "Saved.")
    return redirect("tpm:product-settings", product.key)


@require_http_methods(["GET", "POST"])
def product_purge(request, key):
    product = product_for(request, key)
    require_admin(request.user)
    form = forms.PurgeForm(request.POST or None, product=product)
    if form.is_valid():
        services.purge_product(product, by=request.user)
        messages.success(request, f"{product.name} and everything in it is gone.")
        return redirect("tpm:product-list")
    says = (
        f"This removes {product.name} with all its items, debt, decisions, forecasts and "
        "history. It cannot be undone."
    )
    return form_page(request, form, f"Remove {product.name}", "Remove for good", says=says,
                     danger=True, product=product)  # fmt: skip


def is_lead_somewhere(user) -> bool:
    return any(can(user, "set_capacity", product) for product in products_visible_to(user))


@require_GET
def component_list(request):
    components = queries.components_visible_to(request.user).select_related("owner_team")
    may_add = request.user.is_superuser or is_lead_somewhere(request.user)
    context = {"rows": components, "may_add": may_add}
    return render(request, "tpm/component_list.html", context)


@require_http_methods(["GET", "POST"])
def component_create(request):
    if not request.user.is_superuser and not is_lead_somewhere(request.user):
        raise PermissionDenied("To add a component you need the role lead in a product.")
    form = component_form(request)
    if form.is_valid():
        component = services.create_component(by=request.user, **form.cleaned_data)
        messages.success(request, f"{component.name} is added.")
        return redirect("tpm:component-detail", component.key)
    return form_page(request, form, "New component", "Add component")


def component_form(request, instance=None) -> forms.ComponentForm:
    return forms.ComponentForm(
        request.POST or None,
        instance=instance,
        teams=teams_visible_to(request.user),
        products=products_visible_to(request.user),
    )


@require_http_methods(["GET", "POST"])
def component_detail(request, key):
    """A part of the system, and what the apps know of it."""
    visible = queries.components_visible_to(request.user)
    component = get_object_or_404(visible, key=key)
    users = products_visible_to(request.user).filter(components=component)
    may_edit = any(can(request.user, "set_capacity", product) for product in users)
    if request.method == "POST" and not may_edit:
        raise PermissionDenied("A component is changed by the leads of the products that use it.")
    form = component_form(request, instance=visible.get(key=key))
    if form.is_valid():
        fields = form.said()
        if "products" in fields:  # those that the person does not see keep the component
            unseen = component.products.exclude(pk__in=products_visible_to(request.user))
            fields["products"] = [*fields["products"], *unseen]
        return save_response(
            request, services.edit_component, component, fields,
            then=reverse("tpm:component-detail", args=[form.cleaned_data["key"]]),
        )  # fmt: skip
    context = {"component": component, "form": form, "may_edit": may_edit, "users": users}
    status = 422 if form.errors else 200
    return render(request, "tpm/component_detail.html", context, status=status)


@require_http_methods(["GET", "POST"])
def token_list(request):
    """Personal tokens; a new one's text is shown once, in the answer that made it."""
    form = forms.TokenForm(request.POST or None)
    text = ""
    if form.is_valid():
        _, text = tokens.make_token(request.user, **form.cleaned_data)
        form = forms.TokenForm()
    found = ApiToken.objects.filter(user=request.user)
    context = {"form": form, "tokens": found, "text": text}
    return render(request, "tpm/token_list.html", context, status=422 if form.errors else 200)


@require_POST
def token_revoke(request, pk):
    token = get_object_or_404(ApiToken, pk=pk, user=request.user)
    token.delete()
    messages.success(request, f"“{token.name}” no longer opens anything.")
    return redirect("tpm:token-list")


@require_http_methods(["GET", "POST"])
def preferences(request):
    form = forms.PreferencesForm(request.POST or None, instance=request.user)
    if form.is_valid():
        form.save()
        messages.success(request, "Saved.")
        return redirect("tpm:preferences")
    return form_page(request, form, "Preferences", "Save preferences")


@require_POST
def theme_set(request):
    """The colours of this browser: light, dark, or empty for those of the system."""
    back = request.headers.get("Referer", "")
    here = url_has_allowed_host_and_scheme(
        back, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    response = redirect(back if here else "/")
    chosen = request.POST.get("theme", "")
    if chosen in THEMES:
        response.set_cookie("theme", chosen, max_age=365 * 86400, samesite="Lax")
    else:
        response.delete_cookie("theme", samesite="Lax")
    return response


@require_GET
def history_all(request):
    """Everything that happened in the products that the person sees."""
    context = history_page(request, queries.changes_visible_to(request.user))
    return render(request, "tpm/history_list.html", context)
