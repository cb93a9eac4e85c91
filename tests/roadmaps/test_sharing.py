"""Links to read: who makes them, what they open, for how long, and what never leaves with them."""

import datetime

import icalendar
import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from roadmaps import services
from roadmaps.models import ShareLink, Sharing
from roadmaps.pages.shared import kept_query
from roadmaps.services.estimates import estimate_from_text
from roadmaps.services.sharing import FACTS, SECTIONS
from tpm.editing import EditConflict
from tpm.models import Change, Person
from tpm.tokens import digest

SHARE = "/p/PAY/share/"
TODAY = timezone.localdate
SOON = datetime.timedelta(days=200)


@pytest.fixture
def shared(product, lena, ada):
    """Makes a link of Payments, whose sharing is on; returns its address."""
    services.set_sharing(product, by=lena, who="planner", version=None)

    def make(*, shows=SECTIONS, tells=FACTS, query="", days=30, **fields) -> str:
        _link, token = services.share_plan(
            product, by=ada, name="Board", shows=shows, tells=tells,
            query=kept_query(product, query, ada),
            expires_on=TODAY() + datetime.timedelta(days=days), **fields,
        )  # fmt: skip
        return f"/s/{token}/"

    return make


@pytest.fixture
def plan(make_item, product, team, ada, make_user):
    """One item with something in every field, and its forecast."""
    owner = Person.objects.create(name="Olga Ownerova")
    day = TODAY() + SOON
    objective = services.create_objective(product, by=ada, title="Be fast", target_date=day)
    item = make_item(
        title="Outbox", team=team, owner=owner, target_date=day, objective=objective,
        description="A secret plan",
    )  # fmt: skip
    estimate_from_text(item, by=ada, text="17..23..41")
    stone = make_item(title="Release", kind="milestone", team=team, target_date=day)
    services.link_items(item, stone, by=ada)
    services.refresh_forecast(product.pk, trials=100)
    return item


def read(url: str, status: int = 200) -> str:
    answer = Client().get(url)
    assert answer.status_code == status
    return answer.content.decode()


def everything(url: str) -> str:
    """All bytes that a link gives, the folded lines of its calendar put together."""
    parts = (read(url), read(f"{url}roadmap.svg"), read(f"{url}calendar.ics"))
    return "".join(parts).replace("\r\n ", "")


def form(**fields) -> dict:
    day = TODAY() + datetime.timedelta(days=30)
    return {
        "name": "Board", "shows": ["timeline"], "tells": ["dates"], "expires_on": day
    } | fields  # fmt: skip


# who may


def test_nothing_is_shared_unless_a_lead_says_so(client_of, ada, product):
    answer = client_of(ada).post(SHARE, form())
    assert answer.status_code == 422
    assert b"Sharing is off" in answer.content
    assert not ShareLink.objects.exists()


def test_a_lead_switches_sharing_on_and_it_is_in_history(client_of, lena, product):
    client_of(lena).post(f"{SHARE}who/", {"who": "planner", "version": 0})
    assert Sharing.objects.get().who == "planner"
    assert Change.objects.filter(subject_type="roadmaps.sharing", product=product).exists()


def test_a_planner_does_not_switch_sharing_on(client_of, ada, product):
    assert client_of(ada).post(f"{SHARE}who/", {"who": "planner", "version": 0}).status_code == 403


def test_the_settings_page_shows_who_may_share(client_of, lena, vic, product):
    services.set_sharing(product, by=lena, who="lead", version=None)
    assert b"Save sharing" in client_of(lena).get("/p/PAY/settings/").content
    page = client_of(vic).get("/p/PAY/settings/").content
    assert b"Save sharing" not in page
    assert b"Leads" in page


def test_two_leads_do_not_overwrite_each_other(product, lena):
    services.set_sharing(product, by=lena, who="planner", version=0)
    with pytest.raises(EditConflict):
        services.set_sharing(product, by=lena, who="off", version=0)


def test_where_only_leads_share_a_planner_is_told_so(client_of, ada, lena, product):
    services.set_sharing(product, by=lena, who="lead", version=None)
    answer = client_of(ada).post(SHARE, form())
    assert answer.status_code == 403
    assert b"only leads share" in answer.content
    assert client_of(lena).post(SHARE, form()).status_code == 200


# making one


def test_a_link_is_shown_once_and_only_its_digest_is_kept(client_of, ada, shared, plan):
    page = client_of(ada).post(SHARE, form()).content.decode()
    link = ShareLink.objects.get()
    token = page.split("/s/")[1].split("/")[0]
    assert link.digest == digest(token)
    assert token not in client_of(ada).get(SHARE).content.decode()
    assert "Outbox" in read(f"/s/{token}/")


def test_a_new_link_tells_little_unless_more_is_chosen(client_of, ada, shared):
    made = client_of(ada).get(SHARE).context["form"]
    assert made["shows"].initial == ["timeline"]
    assert made["tells"].initial == ["dates"]
    assert made["expires_on"].initial == TODAY() + datetime.timedelta(days=30)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"shows": []}, "Choose what the link shows."),
        ({"tells": []}, "are made of dates"),
        ({"expires_on": ""}, "This field is required."),
        ({"expires_on": "2021-01-01"}, "That day has passed."),
        ({"expires_on": "2099-01-01"}, "A link opens for a year at most."),
    ],
)
def test_a_mistake_is_told_and_what_was_typed_stays(client_of, ada, shared, wrong, said):
    answer = client_of(ada).post(SHARE, form(**wrong))
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert 'value="Board"' in answer.content.decode()


def test_the_database_refuses_a_timeline_without_dates(shared, product):
    shared()
    with pytest.raises(IntegrityError), transaction.atomic():
        ShareLink.objects.update(tells_dates=False)


def test_making_and_revoking_are_in_history(shared, product, ada):
    shared()
    services.revoke_link(ShareLink.objects.get(), by=ada)
    made, revoked = Change.objects.filter(action__contains="link").order_by("pk")
    assert (made.action, revoked.action) == ("shared by a link", "revoked a link")
    assert made.product == revoked.product == product
    assert "Board" in str(made.fields)
    assert "tpms_" not in str(made.fields)


def test_mine_becomes_whose_it_is(shared, plan, make_item, ada):
    make_item(title="Ledger", owner=ada.person)
    page = read(shared(query="owner=me"))
    assert "Ledger" in page
    assert "Outbox" not in page


def test_a_link_of_somebody_without_a_person_shows_nobody_else(shared, plan, root, product):
    root.person.delete()
    _link, token = services.share_plan(
        product, by=root, name="Mine", shows=["list"], tells=[],
        query=kept_query(product, "owner=me", root),
        expires_on=TODAY(),
    )  # fmt: skip
    assert "Outbox" not in read(f"/s/{token}/")


# how long


def test_a_link_opens_on_its_last_day_and_not_on_the_next(shared):
    url = shared(days=0)
    read(url)
    ShareLink.objects.update(
        made_on=TODAY() - datetime.timedelta(days=9),
        expires_on=TODAY() - datetime.timedelta(days=1),
    )
    read(url, 404)


def test_a_revoked_link_opens_nothing(client_of, ada, shared, plan):
    url = shared()
    client_of(ada).post(f"{SHARE}{ShareLink.objects.get().pk}/revoke/")
    for rest in ("", "roadmap.svg", "calendar.ics"):
        assert "Outbox" not in read(url + rest, 404)


def test_no_link_opens_while_sharing_is_off(shared, product, lena):
    url = shared()
    services.set_sharing(product, by=lena, who="off", version=None)
    read(url, 404)


def test_unknown_expired_and_revoked_look_alike(shared, product, ada):
    expired, revoked = shared(), shared()
    first, second = ShareLink.objects.order_by("pk")
    ShareLink.objects.filter(pk=first.pk).update(
        made_on="2024-01-01", expires_on=datetime.date(2024, 1, 2)
    )
    services.revoke_link(second, by=ada)
    assert read(expired, 404) == read(revoked, 404) == read("/s/nothing/", 404)


def test_a_link_of_another_product_is_not_revoked_here(client_of, grace, shared):
    shared()
    pk = ShareLink.objects.get().pk
    assert client_of(grace).post(f"/p/OPS/share/{pk}/revoke/").status_code == 404
    assert client_of(grace).post(f"{SHARE}{pk}/revoke/").status_code == 404
    assert ShareLink.objects.get().revoked_at is None


def test_the_day_of_use_is_kept_and_written_once(shared):
    url = shared()
    assert ShareLink.objects.get().last_used_on is None
    read(url)
    assert ShareLink.objects.get().last_used_on == TODAY()
    with CaptureQueriesContext(connection) as captured:
        read(url)
    assert not [each for each in captured if each["sql"].startswith("UPDATE")]


# what it opens


def test_a_link_that_tells_everything_has_it_all(shared, plan):
    told = everything(shared())
    for word in ("Outbox", "Olga Ownerova", "Rails", "17–23–41 d", "Be fast", "chance of"):
        assert word in told


SECRETS = {
    "owners": ["Olga", "Ownerova"],
    "effort": ["17–23–41", "23 d", "Effort", "No estimate"],
    "teams": ["Rails", "Team"],
    "targets": ["arget", "on track", "chance", "spare", 'class="fink"'],
    "debt": ["debt", "fhatch", "Debt"],
}


@pytest.mark.parametrize("fact", SECRETS)
def test_what_is_not_chosen_is_nowhere_in_the_bytes(shared, plan, fact):
    every = everything(shared())
    told = everything(shared(tells=[each for each in FACTS if each != fact]))
    assert any(word in every for word in SECRETS[fact])
    assert [word for word in SECRETS[fact] if word in told] == []
    assert "Outbox" in told


def test_a_list_without_dates_has_none(shared, plan):
    page = read(shared(shows=["list", "objectives"], tells=[]))
    shown = page.split("<h2>", 1)[1].split("This link opens")[0]
    dates = plan.forecasts.get()
    assert "Outbox" in shown
    assert "P85" not in shown
    assert not [day for day in (dates.p50, dates.p85, dates.p95) if f"{day.day} {day:%b}" in shown]


def test_the_filter_names_no_owner_and_no_team_that_is_not_told(shared, plan):
    url = shared(tells=["dates"], query=f"owner={plan.owner_id}&team=rails&lanes=team")
    told = everything(url)
    assert "Outbox" in told
    assert "Olga" not in told
    assert "Rails" not in told


def test_a_description_never_leaves(shared, plan):
    assert "secret plan" not in everything(shared())


def test_only_what_the_filter_lets_through_is_shown(shared, plan, make_item, product):
    hidden = make_item(title="Ledger")
    services.link_items(hidden, plan, by=product.changes.first().by)
    services.refresh_forecast(product.pk, trials=100)
    told = everything(shared(query="q=Outbox"))
    assert hidden.key not in told
    assert "Ledger" not in told


def test_only_objectives_of_the_items_that_the_filter_lets_through_are_told(
    shared, plan, make_item, product, ada
):
    secret = services.create_objective(product, by=ada, title="Close the branch")
    make_item(title="Hush", objective=secret)
    make_item(title="Part of outbox", parent=plan)
    services.refresh_forecast(product.pk, trials=100)
    assert "Close the branch" in everything(shared())
    for query in ("q=Outbox", "q=objective:fast", "q=%22Part+of%22"):
        told = everything(shared(query=query))
        assert "Be fast" in told
        assert "Close the branch" not in told


def test_no_item_of_another_product_is_ever_shown(shared, plan, make_item, other_product, root):
    make_item(in_product=other_product, title="Elsewhere")
    services.create_objective(other_product, by=root, title="Other aim")
    services.refresh_forecast(other_product.pk, trials=100)
    url = shared(query="state=any")
    signed_in = Client()
    signed_in.force_login(root)
    told = everything(url) + signed_in.get(url).content.decode()
    assert "Elsewhere" not in told
    assert "Other aim" not in told
    assert "Operations" not in told


@pytest.mark.parametrize("query", ["?state=any&q=Ledger", "?tells=owners", "?team=x"])
def test_a_reader_cannot_ask_for_more(shared, plan, query):
    url = shared(tells=["dates"])
    assert read(url + query) == read(url)


@pytest.mark.parametrize(
    ("shows", "rest"),
    [
        (["timeline"], "calendar.ics"),
        (["list"], "roadmap.svg"),
        (["calendar"], ""),
        (["calendar"], "roadmap.svg"),
    ],
)
def test_what_a_link_does_not_show_is_not_there(shared, plan, shows, rest):
    assert "Outbox" not in read(shared(shows=shows, tells=["dates"]) + rest, 404)


def test_the_page_has_no_way_into_the_app(shared, plan):
    page = read(shared())
    for word in ("/p/PAY", "/i/", "/accounts", "<script", "hx-", "<form", "csrf"):
        assert word not in page


@pytest.mark.parametrize("rest", ["", "roadmap.svg", "calendar.ics"])
def test_no_engine_keeps_it_and_no_address_leaves_it(shared, plan, rest):
    answer = Client().get(shared() + rest)
    assert answer["X-Robots-Tag"] == "noindex, nofollow"
    assert answer["Referrer-Policy"] == "no-referrer"
    assert answer["Cache-Control"] == "private"
    assert not answer.cookies


def test_the_page_itself_says_noindex_and_no_referrer(shared):
    page = read(shared())
    assert '<meta name="robots" content="noindex, nofollow">' in page
    assert '<meta name="referrer" content="no-referrer">' in page


def test_robots_are_asked_to_stay_out(db):
    assert read("/robots.txt") == "User-agent: *\nDisallow: /\n"


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_a_link_only_reads(shared, method):
    assert getattr(Client(), method)(shared()).status_code == 405


def test_a_signed_in_reader_sees_the_same_page(client_of, root, shared, plan):
    url = shared()
    assert client_of(root).get(url).content.decode() == read(url)


def test_hostile_titles_are_text(shared, make_item, product):
    make_item(title="<script>alert(1)</script>&\"'")
    page = read(shared())
    assert "<script" not in page
    assert "&lt;script&gt;" in page


def test_a_calendar_has_what_the_link_shows(shared, plan):
    only = shared(shows=["calendar"], tells=["dates"])
    (event,) = icalendar.Calendar.from_ical(read(f"{only}calendar.ics")).walk("VEVENT")
    assert "Release" in str(event["summary"])
    both = shared(shows=["calendar", "objectives"], tells=["dates", "targets"])
    found = icalendar.Calendar.from_ical(read(f"{both}calendar.ics")).walk("VEVENT")
    assert {str(event["summary"]).split(" (")[0].split(" ", 1)[-1] for event in found} == {
        "Release", "Outbox", "fast"
    }  # fmt: skip


def test_a_longer_plan_costs_a_link_no_more_queries(shared, plan, make_item, product):
    url = shared()
    read(url)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            read(url)
        return len(captured)

    few = queries()
    for _ in range(5):
        make_item()
    services.refresh_forecast(product.pk, trials=100)
    assert queries() == few
    assert few <= 15


def test_a_purge_takes_the_links_along(shared, product, root):
    from tpm.services import purge_product

    shared()
    purge_product(product, by=root)
    assert not ShareLink.objects.exists()
    assert not Sharing.objects.exists()


def test_the_service_itself_refuses_more_than_a_year(shared):
    with pytest.raises(ValidationError, match="a year at most"):
        shared(days=367)


def test_a_link_shows_the_whole_plan_at_once_as_its_screen_did(shared, plan):
    assert plan.title in everything(shared(query="zoom=fit"))


@pytest.mark.parametrize("lanes", ["owner", "component", "team"])
def test_lanes_that_tell_what_is_not_chosen_become_objectives(shared, plan, lanes):
    told = everything(shared(tells=["dates"], query=f"lanes={lanes}"))
    assert "No objective" in told
    assert "Olga" not in told


def test_a_scenario_of_whoever_shares_is_not_drawn(shared, plan, client_of, ada, product):
    scenario = services.create_scenario(product, by=ada, name="Hush")
    late = timezone.localdate() + datetime.timedelta(days=400)
    asked = {"do": "start", "item": plan.key, "not_before": late}
    services.add_change(scenario, by=ada, asked=asked)
    services.refresh_scenario(scenario.pk, trials=100)
    query = f"scenario={scenario.pk}"
    own = client_of(ada).get(f"/p/{product.key}/roadmap/?{query}").content.decode()
    assert "drag50" in own
    told = everything(shared(query=query))
    assert "drag50" not in told
    assert "Hush" not in told


def test_who_made_a_link_stands_in_its_filter(shared, product, ada):
    shared(query="q=owner:me,none+-owner:me+is:pinned+nowhere:x+team:nobody")
    link = ShareLink.objects.get(product=product)
    kept = QueryDict(link.query)["q"]
    assert kept == f"owner:{ada.person.pk},none -owner:{ada.person.pk} is:pinned"


def test_a_term_that_names_what_is_gone_shows_nothing(shared, plan, product):
    url = shared(query="q=owner:me")
    ShareLink.objects.filter(product=product).update(query="q=team:gone")
    assert "Outbox" not in everything(url)
    ShareLink.objects.filter(product=product).update(query="q=-team:gone")
    assert "Outbox" not in everything(url)


def test_the_filter_names_no_effort_and_no_target_that_is_not_told(shared, plan):
    told = everything(shared(tells=["dates"], query="q=effort>0+-target:2031-01-01+chance>0"))
    assert "Outbox" in told
    for word in ("Effort", "Target", "Chance"):
        assert word not in told
