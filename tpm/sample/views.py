"""The page that removes the sample."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from tpm.roles import require
from tpm.sample import removal
from tpm.views import product_for


@require_http_methods(["GET", "POST"])
def sample_remove(request, key):
    """Says what will go; one click removes it, for there is no undo."""
    product = product_for(request, key)
    if not product.is_sample:
        raise Http404
    require(request.user, "remove_sample", product)
    if request.method == "POST":
        name = product.name
        removal.remove(product, by=request.user)
        messages.success(request, f"The sample {name} is gone, with all that came with it.")
        return redirect("tpm:start")
    context = {"product": product, "going": removal.what_goes(product)}
    return render(request, "tpm/sample_remove.html", context)
