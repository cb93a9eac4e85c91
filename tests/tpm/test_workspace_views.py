import datetime

import pytest
from django.urls import reverse

from tpm import services
from tpm.models import ApiToken, Component, Membership, Person, Product, Role, Team, User

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


def test_a_key_in_small_letters_is_refused_with_a_sentence(root, client_of):
    answer = client_of(root).post(reverse("tpm:product-create"), {"key": "new", "name": "New"})
    assert answer.status_code == 422
    assert "capital letters" in answer.content.decode()


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
    person = Person.objects.create(name="Ilya")
    browser = client_of(lena)
    words = {"person": person.pk, "share": "80", "starts_on": "2026-01-01", "ends_on": ""}
    browser.post(reverse("tpm:member-add", args=[team.slug]), words)
    row = Membership.objects.get(person=person)
    browser.post(reverse("tpm:member-end", args=[row.pk]))
    row.refresh_from_db()
    assert (row.share, row.ends_on) == (0.8, datetime.date.today())


def test_nobody_is_booked_twice_across_teams(lena, team, make_team, product, client_of):
    other = make_team(people=0)
    person = Person.objects.create(name="Ilya")
    since = datetime.date(2026, 1, 1)
    services.join_team(person, other, by=lena, share=0.6, starts_on=since)
    words = {"person": person.pk, "share": "60", "starts_on": "2026-03-02", "ends_on": ""}
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
