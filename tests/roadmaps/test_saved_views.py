"""Views kept under a name."""

import pytest

from roadmaps.models import SavedView
from roadmaps.queries.views import SHELF
from tpm.models import Level, Role
from tpm.saved_views import lasting

VIEWS = "/p/PAY/views/"
LIST = "/p/PAY/items/"


@pytest.fixture
def mine(product, ada):
    return SHELF.save(product, by=ada, name="Late ones", page="list", query="q=is:late&page=3")


def test_what_passes_is_not_kept():
    assert lasting("?q=is:late&page=3&view=7&item=PAY-1&zoom=year") == "q=is:late&zoom=year"


def test_a_view_is_saved_and_opened(client_of, ada, product):
    data = {"name": "Late ones", "page": "list", "query": "q=is:late"}
    answer = client_of(ada).post(VIEWS, data)
    view = SavedView.objects.get()
    assert answer.url == f"{LIST}?q=is:late&view={view.pk}"


def test_a_name_counts_once_for_one_person(client_of, ada, mine):
    answer = client_of(ada).post(VIEWS, {"name": "Late ones", "page": "list", "query": ""})
    assert answer.status_code == 422
    assert "You have a view with this name." in answer.content.decode()


def test_the_sidebar_leads_to_it_from_every_page(client_of, ada, mine):
    page = client_of(ada).get("/p/PAY/").content.decode()
    assert mine.get_absolute_url().replace("&", "&amp;") in page


def test_a_private_view_is_seen_by_nobody_else(client_of, lena, mine):
    assert "Late ones" not in client_of(lena).get(VIEWS).content.decode()


def test_a_shared_view_is_seen_by_all_who_see_the_product(client_of, ada, vic, mine):
    client_of(ada).post(f"{VIEWS}{mine.pk}/", {"name": "Late ones", "shared": "on"})
    assert "Late ones" in client_of(vic).get(VIEWS).content.decode()


def test_a_viewer_keeps_views_and_shares_none(client_of, vic, product):
    data = {"name": "Mine", "page": "list", "query": ""}
    assert client_of(vic).post(VIEWS, data).status_code == 302
    assert client_of(vic).post(VIEWS, data | {"name": "Ours", "shared": "on"}).status_code == 403


def test_another_persons_view_is_not_changed(client_of, lena, mel, ada, mine):
    assert client_of(lena).post(f"{VIEWS}{mine.pk}/delete/").status_code == 404
    mine.shared = True
    mine.save()
    assert client_of(lena).post(f"{VIEWS}{mine.pk}/", {"name": "X"}).status_code == 404
    assert client_of(mel).post(f"{VIEWS}{mine.pk}/delete/").status_code == 404
    assert f"{VIEWS}{mine.pk}/delete/" not in client_of(mel).get(VIEWS).content.decode()


def test_a_lead_drops_a_view_that_everybody_sees(client_of, lena, ada, mine):
    mine.shared = True
    mine.save()
    assert f"{VIEWS}{mine.pk}/delete/" in client_of(lena).get(VIEWS).content.decode()
    client_of(lena).post(f"{VIEWS}{mine.pk}/delete/")
    assert not SavedView.objects.exists()


def test_who_may_not_share_changes_and_withdraws_no_shared_view(client_of, ada, mine):
    """Ada shared it, and may only look by now: others still open what she points it to."""
    SavedView.objects.update(shared=True)
    Role.objects.filter(person=ada.person).update(level=Level.VIEWER)
    said = {"query": "q=is:blocked"}, {"name": "X", "shared": "on"}, {"name": "Late ones"}
    for body in said:
        assert client_of(ada).post(f"{VIEWS}{mine.pk}/", body).status_code == 403
    assert client_of(ada).post(f"{VIEWS}{mine.pk}/delete/").status_code == 403
    mine.refresh_from_db()
    assert (mine.name, mine.query, mine.shared) == ("Late ones", "q=is:late", True)
    SavedView.objects.update(shared=False)
    assert client_of(ada).post(f"{VIEWS}{mine.pk}/", {"name": "X"}).status_code == 302


def test_a_view_is_renamed_pointed_elsewhere_and_deleted(client_of, ada, mine):
    client = client_of(ada)
    client.post(f"{VIEWS}{mine.pk}/", {"name": "Late"})
    client.post(f"{VIEWS}{mine.pk}/", {"query": "q=is:blocked"})
    mine.refresh_from_db()
    assert (mine.name, mine.query) == ("Late", "q=is:blocked")
    client.post(f"{VIEWS}{mine.pk}/delete/")
    assert not SavedView.objects.exists()


def test_a_page_opens_with_the_view_that_was_chosen(client_of, ada, mine):
    client = client_of(ada)
    client.post(f"{VIEWS}{mine.pk}/default/")
    assert client.get(LIST).url == mine.get_absolute_url()
    assert client.get(f"{LIST}?view=none").status_code == 200
    client.post(f"{VIEWS}{mine.pk}/default/", {"no": "1"})
    assert client.get(LIST).status_code == 200


def test_each_person_has_their_own_default(client_of, ada, lena, mine):
    SHELF.open_with(mine, by=ada)
    assert client_of(lena).get(LIST).status_code == 200


@pytest.mark.parametrize("page", ["timeline", "board"])
def test_every_page_may_open_with_a_view(client_of, ada, product, page):
    view = SHELF.save(product, by=ada, name="X", page=page, query="q=is:late")
    SHELF.open_with(view, by=ada)
    address = view.get_absolute_url().split("?")[0]
    assert client_of(ada).get(address).url == view.get_absolute_url()
    assert client_of(ada).get(view.get_absolute_url()).status_code == 200


def test_who_no_longer_sees_a_view_no_longer_opens_with_it(client_of, ada, lena, mine):
    client_of(ada).post(f"{VIEWS}{mine.pk}/", {"name": "Late ones", "shared": "on"})
    SHELF.open_with(mine, by=lena)
    client_of(ada).post(f"{VIEWS}{mine.pk}/", {"name": "Late ones"})
    assert client_of(lena).get(LIST).status_code == 200


def test_a_view_of_another_product_is_404(client_of, ada, grace, other_product):
    theirs = SHELF.save(other_product, by=grace, name="X", page="list", query="", shared=True)
    assert client_of(ada).post(f"/p/OPS/views/{theirs.pk}/default/").status_code == 404
    assert client_of(ada).post(f"{VIEWS}{theirs.pk}/default/").status_code == 404
