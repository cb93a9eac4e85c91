"""Nobody is offered a form, or a link to one, that is refused once it is sent."""

from html import unescape
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import pytest
from django.db import transaction

from debt import services
from debt.models import DebtItem
from tests.debt.scans.conftest import billing, report_of, take_in  # noqa: F401 - fixtures

REGISTER = "/p/PAY/debt/"
PAGES = (
    "", "?tab=unscored", "?tab=closed", "map/", "trend/", "payoff/", "worth/", "why/", "history/",
    "history/owners/", "scans/", "scans/efforts/", "findings/", "views/",
)  # fmt: skip


class Offers(HTMLParser):
    """`links`, and `forms`: where each is sent with which fields by which button."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.forms: list[tuple[str, dict[str, str]]] = []
        self.form: tuple[str, dict[str, str]] | None = None
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        given = {name: value or "" for name, value in attrs}
        name = given.get("name", "")
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        elif tag == "form":
            self.form = (given.get("action", ""), {}) if given.get("method") == "post" else None
        elif self.form and tag == "button":
            fields = self.form[1] | ({name: given.get("value", "")} if name else {})
            self.forms.append((given.get("formaction", self.form[0]), fields))
        elif self.form and tag in ("input", "select", "textarea") and name:
            self.form[1][name] = given.get("value", "")

    def handle_endtag(self, tag):
        if tag == "form":
            self.form = None


@pytest.fixture
def owing(make_debt, mel, lena, read, take_in):  # noqa: F811
    """A product with debt in every state, a history and findings."""
    read(1, 2, 3)
    take_in(report_of(1, 2))
    open_, before, accepted, paid = (make_debt(title=f"Slow {n}") for n in range(4))
    services.add_need(open_, by=mel, needed=before)
    services.add_evidence(open_, by=mel, text="Seen in a review")
    services.accept_until(
        accepted, by=lena, version=None, until=None, trigger="The new shop", why="It goes then."
    )
    services.mark_paid(paid, by=mel)
    return [item.get_absolute_url() for item in DebtItem.objects.order_by("pk")]


def refused(browser, starts) -> set[str]:
    """What pages offer that is answered with 403, and what opens it from there."""
    found, asked, sent = set(), set(), set()
    waiting = list(starts)
    for start in waiting:  # it grows: what pages link to is opened, too
        if start in asked:
            continue
        asked.add(start)
        page = browser.get(start)
        if page.status_code == 403:
            found.add(start)
        if page.status_code != 200 or not page.headers["Content-Type"].startswith("text/html"):
            continue
        offers = Offers(page.content.decode())
        links = (urljoin(start, link).partition("#")[0] for link in offers.links)
        if start in starts:
            waiting += [to for to in links if to.startswith((REGISTER, "/d/"))]
        for action, fields in offers.forms:
            to = urljoin(start, action)
            act = (urlsplit(to).path, tuple(fields))
            if act in sent or to.startswith("/accounts/"):
                continue
            sent.add(act)
            with transaction.atomic():
                if browser.post(to, fields).status_code == 403:
                    found.add(f"{start} sends {to}")
                transaction.set_rollback(True)
    assert len(asked) > len(starts)
    assert browser.get(REGISTER).status_code == 200, "still signed in"
    return found


@pytest.mark.thorough
@pytest.mark.parametrize("who", ["vic", "mel"])
def test_what_is_offered_is_not_refused(client_of, request, owing, who):
    browser = client_of(request.getfixturevalue(who))
    assert refused(browser, [*(REGISTER + page for page in PAGES), *owing]) == set()


def test_inputs_of_a_score_lead_to_their_forms_whoever_may_send_them(
    client_of, vic, mel, make_debt
):
    item = make_debt()
    form = f"/d/{item.key}/interest/"
    for page in (item.get_absolute_url(), f"/d/{item.key}/inputs/"):
        assert form in client_of(mel).get(page).content.decode()
        told = client_of(vic).get(page).content.decode()
        assert form not in told
        assert "/debt/why/" in told, "where inputs are shown stays linked"


@pytest.mark.parametrize("page", ["", "scans/"])
def test_a_viewer_reads_what_it_takes_to_log_debt(client_of, vic, mel, page):
    sentence = "To log debt in Payments you need the role member. Mel has it."
    assert sentence in unescape(client_of(vic).get(REGISTER + page).content.decode())
    assert "To log debt in" not in client_of(mel).get(REGISTER + page).content.decode()
