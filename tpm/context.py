"""What every page's shell shows."""

from django.conf import settings

from tpm import __version__
from tpm.roles import ABILITIES, can, level_of, visible_products

THEMES = {"light", "dark"}


def shell(request) -> dict:
    """theme, sidebar, product switcher and what the person may do in the product of the page."""
    theme = request.COOKIES.get("theme", "")
    user = getattr(request, "user", None)
    found = {
        "theme": theme if theme in THEMES else "",
        "sidebar_collapsed": request.COOKIES.get("sidebar") == "collapsed",
        "app_version": __version__,
        "signup_open": settings.SIGNUP_OPEN,
    }
    if user is None or not user.is_authenticated:
        return found
    product = getattr(request, "product", None)
    found["products"] = visible_products(user)
    if product is None and found["products"]:
        last = request.COOKIES.get("product", "")
        product = next(
            (known for known in found["products"] if known.key == last), found["products"][0]
        )
    found["shell_product"] = product
    if product is not None:
        found["level"] = level_of(user, product)
        found["may"] = {ability: can(user, ability, product) for ability in ABILITIES}
    return found
