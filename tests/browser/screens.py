"""Every screen that the walk looks at. Add a line for each page with something of its own to show.

`url` is an address, or `code` finds one in the sample workspace and leaves it in `answer`.
`who` is the sign-in: an administrator, or nobody. A screen with `full=False` may scroll inside
itself, and is still checked not to make the page wider than the window.
"""

from dataclasses import dataclass

KEY = "from tpm.models import Product; key = Product.objects.filter(is_sample=True).first().key; "


@dataclass(frozen=True)
class Screen:
    name: str
    url: str = ""
    code: str = ""
    who: str = "administrator"
    status: int = 200


def product_page(name: str, rest: str) -> Screen:
    return Screen(name, code=f"{KEY}answer = f'/p/{{key}}/{rest}'")


SCREENS = [
    Screen("sign-in", "/accounts/login/", who="nobody"),
    Screen("password-reset", "/accounts/password/reset/", who="nobody"),
    Screen("sign-up", "/accounts/signup/", who="nobody"),
    Screen("help-before-sign-in", "/help/", who="nobody"),
    Screen("sign-out", "/accounts/logout/"),
    Screen("password-change", "/accounts/password/change/"),
    Screen("email", "/accounts/email/"),
    Screen("not-found", "/nothing-here/", status=404),
    Screen("help", "/help/"),
    Screen("search", "/search/?q=a"),
    Screen("search-empty", "/search/"),
    Screen("jobs", "/jobs/"),
    product_page("home", ""),
    product_page("history", "history/"),
]
