"""Badges: two letters to whoever has the address, off by default, revocable, nothing else told."""

import datetime
from xml.etree import ElementTree

import pytest
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.utils import timezone

from debt.badge import DARK, FILLS, INK, UNKNOWN_FILL, Letters, drawing
from debt.models import Badge, TeamLedger
from debt.services import badges
from roadmaps.services import set_sharing
from tpm import formats, history
from tpm.models import Component

pytestmark = pytest.mark.django_db
PAGE = "/p/PAY/debt/badges/"
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(autouse=True)
def nothing_kept():
    cache.clear()


@pytest.fixture
def shared(product, lena):
    set_sharing(product, by=lena, who="planner", version=None)
    return product


@pytest.fixture
def component(product):
    found = Component.objects.create(key="billing", name="Billing & <b>")
    found.products.add(product)
    return found


def make(product, by, component=None, days=30):
    day = timezone.localdate() + datetime.timedelta(days=days)
    return badges.make_badge(product, by=by, component=component, expires_on=day)


def at(token: str) -> str:
    return f"/s/{token}/debt.svg"


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("fill", [*FILLS.values(), UNKNOWN_FILL, DARK])
def test_every_letter_can_be_read(fill):
    assert (luminance(INK) + 0.05) / (luminance(fill) + 0.05) >= 4.5


def test_the_two_letters_stand_apart_and_the_title_says_both():
    drawn = drawing(Letters("A & <b>", "C", "12 %", "B", "7 %", "30 Nov 2026"))
    root = ElementTree.fromstring(drawn)
    assert [text.text for text in root.iter(f"{SVG}text")] == ["drag", "C", "debt ratio", "B"]
    said = "Debt of A & <b>: drag C (12 %), debt ratio B (7 %), as of 30 Nov 2026"
    assert root.find(f"{SVG}title").text == said
    assert (root.get("role"), root.get("aria-label")) == ("img", said)
    assert "style" not in drawn


def test_what_is_not_known_is_no_letter():
    drawn = drawing(Letters("A", "", "–", "", "–", "30 Nov 2026"))
    root = ElementTree.fromstring(drawn)
    assert [text.text for text in root.iter(f"{SVG}text")][1::2] == ["?", "?"]
    assert "drag not known, debt ratio not known" in root.find(f"{SVG}title").text


def test_a_stranger_with_the_address_sees_the_letters_of_the_map(
    shared, ada, client, make_debt, component, client_of
):
    make_debt(component=component)
    _badge, token = make(shared, ada, component)
    answer = client.get(at(token))
    assert answer["Content-Type"].startswith("image/svg+xml")
    assert answer["Cache-Control"] == "public, max-age=300"
    assert answer["X-Robots-Tag"] == "noindex, nofollow"
    assert answer["Content-Security-Policy"] == "default-src 'none'"
    letters = [t.text for t in ElementTree.fromstring(answer.content).iter(f"{SVG}text")][1::2]
    (shown,) = [
        line for line in client_of(ada).get("/p/PAY/debt/map/").context["lines"]
        if line.name == component.name
    ]  # fmt: skip
    assert letters == [shown.drag_letter, "?"]
    assert shown.drag_letter


def test_the_same_drawing_again_is_not_sent_again(shared, ada, client):
    _badge, token = make(shared, ada)
    etag = client.get(at(token))["ETag"]
    assert client.get(at(token), headers={"if-none-match": etag}).status_code == 304


def test_no_badge_opens_unless_sharing_is_on(shared, ada, lena, client, product):
    _badge, token = make(shared, ada)
    assert client.get(at(token)).status_code == 200
    set_sharing(product, by=lena, who="off", version=None)
    assert client.get(at(token)).status_code == 404
    with pytest.raises(ValidationError, match="Sharing is off"):
        make(product, ada)


def test_a_revoked_badge_and_one_that_is_over_open_nothing(shared, ada, client, client_of):
    badge, token = make(shared, ada)
    client_of(ada).post(f"{PAGE}{badge.pk}/revoke/")
    answer = client.get(at(token))
    assert (answer.status_code, answer["Cache-Control"]) == (404, "no-store")
    old, token = make(shared, ada)
    today = timezone.localdate()
    Badge.objects.filter(pk=old.pk).update(
        made_on=today - datetime.timedelta(days=9), expires_on=today - datetime.timedelta(days=1)
    )
    assert client.get(at(token)).status_code == 404


def test_a_badge_of_a_component_that_the_product_gave_up_opens_nothing(
    shared, ada, client, component
):
    _badge, token = make(shared, ada, component)
    component.products.clear()
    assert client.get(at(token)).status_code == 404


def test_the_token_is_shown_once_and_kept_nowhere(shared, ada, client_of):
    day = timezone.localdate() + datetime.timedelta(days=9)
    html = client_of(ada).post(PAGE, {"component": "", "expires_on": day}).content.decode()
    token = html.split("/s/")[1].split("/")[0]
    assert token.startswith(badges.PREFIX)
    assert token not in client_of(ada).get(PAGE).content.decode()
    assert token not in str(Badge.objects.values().get())
    assert "![Debt of Payments](http://testserver/s/" in html


def test_a_badge_opens_for_a_year_at_most(shared, ada, client_of):
    day = timezone.localdate() + datetime.timedelta(days=400)
    answer = client_of(ada).post(PAGE, {"component": "", "expires_on": day})
    assert answer.status_code == 422
    assert "a year at most" in answer.content.decode()


def test_making_and_revoking_stand_in_history_and_use_only_as_a_day(shared, ada, client):
    badge, token = make(shared, ada)
    client.get(at(token))
    badge.refresh_from_db()
    assert badge.last_used_on == timezone.localdate()
    badges.revoke_badge(badge, by=ada)
    actions = [line.action for line in history.changes_of(shared)]
    assert actions[:2] == ["revoked a badge", "made a badge"]
    assert badges.revoke_badge(badge, by=ada) is False


def test_a_component_of_another_product_has_no_badge_here(shared, ada, other_product):
    theirs = Component.objects.create(key="theirs", name="Theirs")
    theirs.products.add(other_product)
    with pytest.raises(ValidationError, match="does not use this component"):
        make(shared, ada, theirs)


def test_a_badge_is_of_the_day_on_which_its_oldest_drag_was_computed(
    shared, make_debt, component, make_team
):
    make_debt(component=component)
    make_debt(title="Of another team", team=make_team(shared))
    today = timezone.localdate()
    assert badges.letters_by_component(shared)[None].as_of == formats.day(today, year=True)
    oldest = TeamLedger.objects.order_by("pk").first()
    TeamLedger.objects.filter(pk=oldest.pk).update(
        computed_at=timezone.now() - datetime.timedelta(days=40)
    )
    then = formats.day(today - datetime.timedelta(days=40), year=True)
    for letters in badges.letters_by_component(shared).values():
        assert letters.said.endswith(f"as of {then}")
