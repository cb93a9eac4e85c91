import datetime

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.conftest import PASSWORD
from tpm import comments, history, roles, services
from tpm.models import (
    ApiToken,
    Comment,
    Component,
    Membership,
    Person,
    Product,
    Role,
    Team,
    TeamShare,
    User,
)
from tpm.tokens import make_token

PAGES = ["settings", "product-list", "team-list", "person-list", "component-list", "token-list",
         "preferences", "history-all", "job-list"]  # fmt: skip


@pytest.mark.parametrize("name", PAGES)
def test_every_settings_page_opens_for_a_viewer(name, vic, client_of):
    assert client_of(vic).get(reverse(f"tpm:{name}")).status_code == 200


def test_the_first_run_makes_the_administrator_once(client, db):
    words = {"name": "Root", "username": "root", "email": "root@example.org",
             "password": "correct horse battery"}  # fmt: skip
    answer = client.post(reverse("tpm:first-run"), words)
    assert answer.url == reverse("tpm:product-create")
    assert User.objects.get().is_superuser
    assert client.get(reverse("tpm:first-run")).status_code == 404


def test_without_users_the_front_door_leads_to_the_first_run(client, db):
    assert client.get("/").url == reverse("tpm:first-run")


def test_only_an_administrator_makes_a_product(lena, root, client_of):
    url = reverse("tpm:product-create")
    words = {"key": "NEW", "name": "New", "purpose": ""}
    assert client_of(lena).post(url, words).status_code == 403
    assert client_of(root).post(url, words).status_code == 302
    assert Product.objects.filter(key="NEW").exists()


def test_a_key_in_small_letters_becomes_capitals(root, client_of):
    client_of(root).post(reverse("tpm:product-create"), {"key": "new", "name": "New"})
    assert Product.objects.get().key == "NEW"


def test_a_key_with_a_blank_is_refused_with_a_sentence(root, client_of):
    answer = client_of(root).post(reverse("tpm:product-create"), {"key": "a b", "name": "New"})
    assert answer.status_code == 422
    assert "capital letters" in answer.content.decode()


def test_an_absence_in_the_past_is_kept_and_warned_of(lena, team, client_of):
    url = reverse("tpm:absence-add", args=[team.memberships.first().person_id])
    words = {"starts_on": "2020-01-01", "ends_on": "2020-01-05"}
    answer = client_of(lena).post(url, words, follow=True)
    assert team.memberships.first().person.absences.count() == 1
    assert "in the past" in answer.content.decode()


@pytest.mark.parametrize("day", ["1026-01-01", "9999-12-31"])
def test_a_day_of_another_century_is_refused_at_its_field(lena, team, client_of, day):
    url = reverse("tpm:absence-add", args=[team.memberships.first().person_id])
    answer = client_of(lena).post(url, {"starts_on": day, "ends_on": day})
    assert answer.status_code == 422
    assert "between 2000 and 2100" in answer.content.decode()


def test_a_lead_changes_the_teams_focus_and_the_forecast_becomes_due(
    lena, team, product, client_of
):
    words = {"name": team.name, "slug": team.slug, "focus_share": "60", "version": "1"}
    client_of(lena).post(reverse("tpm:team-detail", args=[team.slug]), words)
    team.refresh_from_db()
    before = product.revision
    product.refresh_from_db()
    assert (team.focus_share, product.revision) == (0.6, before + 1)


def test_an_old_version_of_a_team_answers_409_with_both(lena, team, client_of):
    services.edit_team(team, by=lena, version=1, name="Theirs")
    words = {"name": "Mine", "slug": team.slug, "focus_share": "60", "version": "1"}
    answer = client_of(lena).post(reverse("tpm:team-detail", args=[team.slug]), words)
    assert answer.status_code == 409
    assert "Theirs" in answer.content.decode()


def test_a_planner_may_not_change_a_team(ada, team, client_of):
    words = {"name": "X", "slug": team.slug, "focus_share": "60", "version": "1"}
    answer = client_of(ada).post(reverse("tpm:team-detail", args=[team.slug]), words)
    assert answer.status_code == 403


def test_a_team_of_an_unseen_product_is_not_there(vic, make_team, other_product, client_of):
    team = make_team(other_product)
    answer = client_of(vic).get(reverse("tpm:team-detail", args=[team.slug]))
    assert answer.status_code == 404


def test_shares_of_a_team_stay_within_the_whole(lena, team, product, client_of):
    words = {"product": product.pk, "share": "50", "starts_on": "2026-01-01", "ends_on": ""}
    answer = client_of(lena).post(reverse("tpm:team-share", args=[team.slug]), words)
    assert answer.status_code == 422
    assert "150%" in answer.content.decode()


def test_a_member_joins_and_leaves(lena, team, client_of):
    person = Person.objects.create(name="Ilya", email="ilya@example.org")
    browser = client_of(lena)
    words = {"address": person.email, "share": "80", "starts_on": "2026-01-01", "ends_on": ""}
    browser.post(reverse("tpm:member-add", args=[team.slug]), words)
    row = Membership.objects.get(person=person)
    browser.post(reverse("tpm:member-end", args=[row.pk]))
    row.refresh_from_db()
    assert (row.share, row.ends_on) == (0.8, datetime.date.today())


def test_nobody_is_booked_twice_across_teams(lena, team, make_team, product, client_of):
    other = make_team(people=0)
    person = Person.objects.create(name="Ilya", email="ilya@example.org")
    since = datetime.date(2026, 1, 1)
    services.join_team(person, other, by=lena, share=0.6, starts_on=since)
    words = {"address": person.email, "share": "60", "starts_on": "2026-03-02", "ends_on": ""}
    answer = client_of(lena).post(reverse("tpm:member-add", args=[team.slug]), words)
    assert answer.status_code == 422
    assert "On 02 March 2026 the shares of Ilya reach 120%" in answer.content.decode()


def test_shares_that_meet_only_in_other_days_do_not_count(root, team, make_team):
    other = make_team(people=0)
    person = Person.objects.create(name="Ilya")
    spring, summer = datetime.date(2026, 3, 1), datetime.date(2026, 6, 1)
    services.join_team(person, other, by=root, share=1, starts_on=summer)
    services.join_team(
        person, team, by=root, share=1, starts_on=spring,
        ends_on=summer - datetime.timedelta(days=1),
    )  # fmt: skip
    assert person.memberships.count() == 2


def test_people_note_their_own_absence(vic, client_of):
    words = {"starts_on": "2026-12-01", "ends_on": "2026-12-04"}
    client_of(vic).post(reverse("tpm:absence-add", args=[vic.person.pk]), words)
    assert vic.person.absences.count() == 1


def test_an_absence_that_ends_before_it_begins_is_refused(vic, client_of):
    words = {"starts_on": "2026-12-04", "ends_on": "2026-12-01"}
    answer = client_of(vic).post(reverse("tpm:absence-add", args=[vic.person.pk]), words)
    assert answer.status_code == 422
    assert "comes before the first" in answer.content.decode()


def test_the_last_lead_cannot_be_taken_away(root, lena, product, client_of):
    words = {"person": lena.person.pk, "level": ""}
    answer = client_of(root).post(reverse("tpm:role-set", args=[product.key]), words)
    assert answer.status_code == 422
    assert Role.objects.filter(person=lena.person).exists()


def test_a_token_is_shown_once_and_kept_as_a_digest(vic, client_of):
    answer = client_of(vic).post(reverse("tpm:token-list"), {"name": "export"})
    token = ApiToken.objects.get()
    assert "tpm_" in answer.content.decode()
    assert len(token.digest) == 64


def test_nobody_revokes_the_token_of_another(vic, mel, client_of):
    client_of(vic).post(reverse("tpm:token-list"), {"name": "export"})
    token = ApiToken.objects.get()
    answer = client_of(mel).post(reverse("tpm:token-revoke", args=[token.pk]))
    assert answer.status_code == 404


def test_a_purge_asks_for_the_name(root, product, client_of):
    url = reverse("tpm:product-purge", args=[product.key])
    assert client_of(root).post(url, {"name": "payments"}).status_code == 422
    assert client_of(root).post(url, {"name": "Payments"}).status_code == 302
    assert not Product.objects.filter(pk=product.pk).exists()


def test_a_lead_makes_a_team_and_lets_it_serve_the_product(lena, product, client_of):
    browser = client_of(lena)
    words = {"name": "Mobile", "slug": "mobile", "focus_share": "70"}
    assert browser.post(reverse("tpm:team-create"), words).status_code == 302
    share = {"product": product.pk, "share": "100", "starts_on": "2026-01-01", "ends_on": ""}
    browser.post(reverse("tpm:team-share", args=["mobile"]), share)
    assert Team.objects.get(slug="mobile").shares.get().product == product


@pytest.fixture
def shared(product, other_product, make_team):
    """A component of two products, owned by a team of the one that Lena does not see."""
    owner = make_team(other_product)
    component = Component.objects.create(key="lib", name="Library", owner_team=owner)
    component.products.set([product, other_product])
    return component


def test_a_lead_who_saves_a_shared_component_keeps_what_they_do_not_see(
    lena, client_of, shared, product, other_product
):
    owner = shared.owner_team
    data = {
        "name": "Books", "key": "lib", "owner_team": owner.pk, "products": [product.pk],
        "path_prefixes": "", "repository": "", "version": shared.version,
    }  # fmt: skip
    client_of(lena).post("/settings/components/lib/", data)
    shared.refresh_from_db()
    assert shared.name == "Books"
    assert set(shared.products.all()) == {product, other_product}
    assert shared.owner_team == owner


def test_the_form_of_a_component_offers_its_present_owner(lena, client_of, shared):
    form = client_of(lena).get("/settings/components/lib/").context["form"]
    assert shared.owner_team in form.fields["owner_team"].queryset


@pytest.mark.parametrize("version", ["", "²", None])
@pytest.mark.parametrize("kind", ["team", "product", "component", "person"])
def test_a_write_without_the_version_that_was_read_is_refused(
    root, team, product, client_of, kind, version
):
    component = Component.objects.create(key="lib", name="Library")
    component.products.add(product)
    person = Person.objects.create(name="Ilya")
    row, address, more = {
        "team": (team, "/settings/teams/rails/", {"slug": "rails", "focus_share": "70"}),
        "product": (product, "/p/PAY/settings/", {"hours_per_day": "8"}),
        "component": (
            component, "/settings/components/lib/", {"key": "lib", "products": product.pk}
        ),
        "person": (person, f"/settings/people/{person.pk}/", {}),
    }[kind]  # fmt: skip
    data = {"name": "Other"} | more | ({} if version is None else {"version": version})
    answer = client_of(root).post(address, data)
    row.refresh_from_db()
    assert (answer.status_code, row.name == "Other") == (422, False)
    assert "version" in answer.context["form"].errors


@pytest.fixture
def split(team, other_product):
    """Rails also serves Operations, which people of Payments do not see."""
    row = team.shares.get()
    row.share = 0.6
    row.save()
    TeamShare.objects.create(team=team, product=other_product, share=0.4, starts_on=row.starts_on)
    return team


@pytest.mark.parametrize("page", ["/settings/teams/", "/settings/teams/rails/"])
def test_a_product_that_one_does_not_see_is_only_elsewhere(vic, split, client_of, page):
    html = client_of(vic).get(page).content.decode()
    assert "Payments" in html
    assert "elsewhere" in html
    assert "40" in html.split("elsewhere")[1][:20]
    assert "Operations" not in html


def test_an_administrator_sees_every_product_of_a_team(root, split, client_of):
    html = client_of(root).get("/settings/teams/").content.decode()
    assert "Operations" in html
    assert "elsewhere" not in html


def test_a_lead_is_offered_only_people_they_see_and_finds_others_by_address(
    lena, grace, team, client_of
):
    page = client_of(lena).get("/settings/teams/rails/people/")
    assert grace.person not in page.context["form"].fields["person"].queryset
    words = {"share": "50", "starts_on": "2026-01-01", "ends_on": ""}
    client_of(lena).post("/settings/teams/rails/people/", words | {"address": "Grace@example.org"})
    assert Membership.objects.get(person=grace.person).team == team


@pytest.mark.parametrize(
    ("more", "sentence"),
    [({}, "Choose somebody"), ({"address": "nobody@example.org"}, "Nobody has this address.")],
)
def test_adding_nobody_is_refused_with_a_sentence(lena, team, client_of, more, sentence):
    words = {"share": "50", "starts_on": "2026-01-01", "ends_on": ""} | more
    answer = client_of(lena).post("/settings/teams/rails/people/", words)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()


def test_a_team_shows_what_changed_but_not_in_unseen_products(
    vic, lena, root, team, other_product, client_of
):
    services.edit_team(team, by=lena, version=None, focus_share=0.5)
    row = team.shares.get()
    services.end_team_share(row, by=root)
    services.share_team(team, other_product, by=root, share=0.5, starts_on=datetime.date.today())
    html = client_of(vic).get("/settings/teams/rails/").content.decode()
    assert "lena" in html.split("<h2>Changes</h2>")[1]
    assert "Operations" not in html


def test_a_closed_account_opens_nothing(root, vic, client_of):
    browser = client_of(vic)
    _, text = make_token(vic, name="export", may_write=False)
    header = {"Authorization": f"Bearer {text}"}
    assert Client().get("/api/v1/items/", headers=header).status_code == 200
    client_of(root).post(f"/settings/people/{vic.person.pk}/account/close/")
    assert browser.get("/settings/").status_code == 302
    assert Client().get("/api/v1/items/", headers=header).status_code == 401
    assert Client().login(username="vic", password=PASSWORD) is False
    assert not vic.api_tokens.exists()
    assert history.changes_of(vic.person)[0].action == "account closed"


def test_an_account_that_is_opened_again_keeps_old_sessions_closed(root, vic, client_of):
    browser = client_of(vic)
    services.close_account(vic.person, by=root)
    client_of(root).post(
        f"/settings/people/{vic.person.pk}/account/", {"password": "another long sentence"}
    )
    assert browser.get("/settings/").status_code == 302
    assert Client().login(username="vic", password="another long sentence")


def test_nobody_closes_their_own_account(root):
    with pytest.raises(ValidationError, match="Another administrator"):
        services.close_account(root.person, by=root)


def test_whoever_has_no_open_account_has_none_to_close(root, vic):
    services.close_account(vic.person, by=root)
    vic.person.refresh_from_db()
    with pytest.raises(ValidationError, match="no open account"):
        services.close_account(vic.person, by=root)


def test_a_refusal_names_who_gives_roles(vic, root, lena, client_of):
    html = client_of(vic).get("/p/PAY/items/new/").content.decode()
    assert "An administrator gives it: ask Root." in html


SIGN_UP = {
    "username": "nora", "email": "nora@example.org",
    "password1": "a long enough sentence", "password2": "a long enough sentence",
}  # fmt: skip


def test_an_account_that_signed_up_can_be_given_a_role(root, product, settings, client, client_of):
    settings.SIGNUP_OPEN = True
    client.post("/accounts/signup/", SIGN_UP)
    person = Person.objects.get(user__username="nora")
    assert (person.name, person.email) == ("nora", "nora@example.org")
    client_of(root).post("/p/PAY/settings/role/", {"person": person.pk, "level": "viewer"})
    assert client.get("/p/PAY/").status_code == 200


def test_signing_up_with_the_address_of_a_known_person_gives_nothing_of_theirs(
    product, settings, client
):
    known = Person.objects.create(name="Nora", email="nora@example.org")
    Role.objects.create(person=known, product=product, level="lead")
    settings.SIGNUP_OPEN = True
    client.post("/accounts/signup/", SIGN_UP)
    assert User.objects.get(username="nora").person != known
    assert client.get("/p/PAY/").status_code == 404


def test_a_purge_tells_every_team_that_lost_its_last_product(root, product, make_team):
    teams = [make_team(product), make_team(product)]
    services.purge_product(product, by=root)
    told = [history.changes_of(team)[0].action for team in teams]
    assert told == ["lost its last product, Payments"] * 2


def test_an_edited_and_a_deleted_comment_leave_history_without_their_words(mel, make_item):
    item = make_item()
    comment = comments.comment_on(item, by=mel, body="Blame Ilya")
    comments.edit_comment(comment, by=mel, body="Hm")
    comments.delete_comment(comment, by=mel)
    found = history.changes_of(item)[:2]
    assert [(row.action, row.by) for row in found] == [
        ("deleted a comment", mel), ("edited a comment", mel)
    ]  # fmt: skip
    assert "Ilya" not in str([(row.fields, row.subject_label) for row in found])


def test_moments_are_shown_in_the_zone_of_the_reader_and_days_in_the_workspaces(
    ada, mel, make_item, client_of
):
    item = make_item()
    comments.comment_on(item, by=mel, body="Hm")
    moment = datetime.datetime(2026, 11, 25, 12, 30, tzinfo=datetime.UTC)
    Comment.objects.update(at=moment)
    assert "12:30 UTC" in client_of(ada).get("/i/PAY-1/").content.decode()
    client_of(ada).post("/settings/preferences/", {"time_zone": "Pacific/Auckland"})
    html = client_of(ada).get("/i/PAY-1/").content.decode()
    assert "26 Nov 2026, 01:30 NZDT" in html
    assert timezone.get_current_timezone_name() == "UTC"


def test_only_who_may_make_a_team_is_offered_it(client_of, mel, lena, root, team):
    offers = "/settings/teams/new/"
    shown = {
        user.username: offers in client_of(user).get("/settings/teams/").content.decode()
        for user in (mel, lena, root)
    }
    assert shown == {"mel": False, "lena": True, "root": True}


def test_a_workspace_without_an_administrator_names_none(product, mel):
    told = roles.why_not(mel, "decide", product)
    assert told.endswith("you need the role lead. An administrator gives it.")
