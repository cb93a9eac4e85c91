"""The page of history: what one import did alike is one line that opens."""

import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tpm import history
from tpm.models import Change, Component

pytestmark = pytest.mark.django_db


@pytest.fixture
def imported(product, ada):
    """An import that wrote lines of components, and its batch."""

    def go(*actions: str) -> uuid.UUID:
        batch = uuid.uuid4()
        with history.through(Change.Door.IMPORT, batch=batch):
            for place, action in enumerate(actions):
                key = f"c{place}-{str(batch)[:8]}"
                row = Component.objects.create(key=key, name=f"Part {key}")
                history.record(row, by=ada, action=action, product=product)
        return batch

    return go


def page(visitor, **query):
    return visitor.get(reverse("tpm:history-list", args=["PAY"]), query)


def test_what_an_import_did_alike_is_one_line_and_the_rest_stands_alone(
    client_of, vic, product, ada, imported
):
    history.record(product, by=ada, action="renamed")
    imported(*["closed"] * 130, "opened")
    shown = page(client_of(vic))
    lines = [(row.change.action, row.together) for row in shown.context["lines"]]
    assert lines == [("opened", 1), ("closed", 130), ("renamed", 1)]
    assert '<span class="key">130 components</span> closed' in shown.content.decode()


@pytest.mark.parametrize("kind", ["tpm.long_gone", "goneapp.thing", "odd"])
def test_lines_of_what_is_no_longer_known_are_told_all_the_same(
    client_of, vic, imported, kind, monkeypatch
):
    """A model of an older version made every page of history an error."""
    monkeypatch.setattr(history, "subject_type", lambda row: kind)
    imported("closed", "closed")
    monkeypatch.undo()
    shown = page(client_of(vic))
    assert shown.status_code == 200
    assert '<span class="key">2 records</span> closed' in shown.content.decode()
    link = shown.context["lines"][0].query
    one_by_one = client_of(vic).get(f"{reverse('tpm:history-list', args=['PAY'])}?{link}")
    assert len(one_by_one.context["lines"]) == 2


def test_the_line_opens_to_all_of_them(client_of, vic, imported):
    imported(*["closed"] * 130)
    imported(*["closed"] * 3)
    visitor = client_of(vic)
    assert [row.together for row in page(visitor).context["lines"]] == [3, 130]
    link = page(visitor).context["lines"][1].query
    first = visitor.get(f"{reverse('tpm:history-list', args=['PAY'])}?{link}")
    assert len(first.context["lines"]) == 100
    second = visitor.get(f"{reverse('tpm:history-list', args=['PAY'])}?{link}&page=2")
    assert len(second.context["lines"]) == 30
    assert "All of the history" in first.content.decode()


def test_what_is_no_batch_is_not_found(client_of, vic, product):
    assert page(client_of(vic), batch="x").status_code == 404
    assert page(client_of(vic), batch=str(uuid.uuid4())).context["lines"] == []


def test_a_batch_of_another_product_shows_nothing(
    client_of, vic, product, other_product, make_user, imported
):
    batch = imported("closed", "closed")
    outsider = make_user("Out")
    assert client_of(outsider).get("/p/PAY/history/", {"batch": str(batch)}).status_code == 404
    shown = client_of(outsider).get(reverse("tpm:history-all"), {"batch": str(batch)})
    assert shown.context["lines"] == []


def test_more_lines_ask_no_more_queries(client_of, vic, product, imported):
    visitor, asked = client_of(vic), []
    for _round in range(2):
        for _batch in range(3):
            imported(*["closed"] * 4)
        page(visitor)
        with CaptureQueriesContext(connection) as seen:
            page(visitor)
        asked.append(len(seen))
    assert asked[0] == asked[1]
