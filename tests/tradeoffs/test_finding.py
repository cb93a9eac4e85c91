"""The views, facets, words and keys of the list, and what it does to many at once."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from roadmaps.models import Objective
from tpm.models import Level, Person, Role
from tradeoffs import import_services, services
from tradeoffs.import_services import Source
from tradeoffs.models import Decision, DecisionTag

TODAY = timezone.localdate()


@pytest.fixture
def url(product):
    return reverse("tradeoffs:decision-list", args=[product.key])


@pytest.fixture
def imported(product, lena):
    text = (
        "---\nstatus: accepted\ntags: infra, cost\n---\n# Use Redis\n\n## Context\n\nZebras run.\n"
    )
    source = Source("platform", [("0001-use-redis.md", text.encode())])
    import_services.import_records(product, source, by=lena)
    return Decision.objects.get(imported=True)


@pytest.fixture
def person_called(product):
    def make(name):
        person = Person.objects.create(name=name)
        Role.objects.create(person=person, product=product, level=Level.MEMBER)
        return person

    return make


def keys(client, url):
    return [row.key for row in client.get(url).context["rows"]]


def test_overdue_revisits_are_a_view(accepted, vic, url, client_of):
    assert keys(client_of(vic), url + "?tab=overdue") == []
    Decision.objects.filter(pk=accepted.pk).update(check_on=TODAY - datetime.timedelta(days=1))
    assert keys(client_of(vic), url + "?tab=overdue") == [accepted.key]


def test_accepted_but_unbuilt_has_an_item_that_is_not_done(
    accepted, make_item, mel, vic, url, client_of
):
    assert keys(client_of(vic), url + "?tab=unbuilt") == []
    item = make_item()
    services.link_decision(accepted, by=mel, version=None, items=[item], components=[])
    assert keys(client_of(vic), url + "?tab=unbuilt") == [accepted.key]


def test_no_follow_up_is_accepted_without_a_day(accepted, vic, url, client_of):
    assert keys(client_of(vic), url + "?tab=nofollow") == [accepted.key]
    Decision.objects.filter(pk=accepted.pk).update(check_on=TODAY)
    assert keys(client_of(vic), url + "?tab=nofollow") == []


def test_drifted_has_an_open_drift(accepted, vic, url, client_of):
    from tradeoffs.models import Drift

    drift = Drift.objects.create(
        decision=accepted, found_at=timezone.now(), leader="Kafka", leader_then="Outbox",
        first=0.2, first_then=0.8,
    )  # fmt: skip
    assert keys(client_of(vic), url + "?tab=drifted") == [accepted.key]
    Drift.objects.filter(pk=drift.pk).update(ended_at=timezone.now())
    assert keys(client_of(vic), url + "?tab=drifted") == []


@pytest.mark.parametrize(
    "query",
    [
        "tag=infra",
        "collection=platform",
        "q=zebras",
        "q=cost+redis",
        "q=0001-use",
        "state=accepted",
    ],
)
def test_an_imported_decision_is_found(imported, decision, vic, url, client_of, query):
    assert keys(client_of(vic), f"{url}?{query}") == [imported.key]


def test_a_linked_objective_is_a_facet(decision, make_item, product, mel, vic, url, client_of):
    objective = Objective.objects.create(product=product, title="Pay in one step")
    item = make_item(objective=objective)
    services.link_decision(decision, by=mel, version=None, items=[item], components=[])
    page = client_of(vic).get(url)
    facet = next(group for group in page.context["facets"] if group["name"] == "objective")
    assert facet["choices"] == [(str(objective.pk), objective.title, 1, False)]
    assert keys(client_of(vic), f"{url}?objective={objective.pk}") == [decision.key]


def test_facets_count_each_decision_once(imported, decision, vic, url, client_of):
    groups = {g["name"]: g["choices"] for g in client_of(vic).get(url).context["facets"]}
    assert [(value, n) for value, _, n, _ in groups["state"]] == [("draft", 1), ("accepted", 1)]
    assert {value: n for value, _, n, _ in groups["tag"]} == {"infra": 1, "cost": 1}
    assert [(value, n) for value, _, n, _ in groups["collection"]] == [("platform", 1)]


def test_a_hundred_rows_take_ten_queries_of_their_own(make_decision, product, mel, url, client_of):
    for _ in range(5):
        decision = make_decision()
        DecisionTag.objects.create(decision=decision, name="x")
    browser = client_of(mel)
    browser.get(url)
    with CaptureQueriesContext(connection) as caught:
        browser.get(url)
    asked = [q["sql"] for q in caught if "tradeoffs_" in q["sql"]]
    assert len(asked) <= 10


def test_many_get_a_day_to_be_looked_at_again(
    make_decision, accepted, mel, url, product, client_of
):
    other = make_decision()
    bulk = reverse("tradeoffs:decision-bulk", args=[product.key])
    browser = client_of(mel)
    data = {"key": [accepted.key, other.key], "do": "revisit"}
    assert "Set revisit" in browser.post(bulk, data).content.decode()
    day = TODAY + datetime.timedelta(days=40)
    assert (
        browser.post(bulk, data | {"day": day.isoformat(), "why": "Half a year."}).status_code
        == 302
    )
    assert set(Decision.objects.values_list("check_on", flat=True)) == {day}


def test_a_day_that_has_passed_is_refused_and_stays_typed(decision, mel, product, client_of):
    bulk = reverse("tradeoffs:decision-bulk", args=[product.key])
    data = {"key": decision.key, "do": "revisit", "day": "2001-01-01"}
    answer = client_of(mel).post(bulk, data)
    assert answer.status_code == 422
    assert "still to come" in answer.content.decode()


def test_the_ticked_ones_are_exported(decision, make_decision, vic, product, client_of):
    make_decision()
    bulk = reverse("tradeoffs:decision-bulk", args=[product.key])
    answer = client_of(vic).post(bulk, {"key": decision.key, "do": "export"})
    assert answer.headers["Location"].endswith(f"export.zip?key={decision.key}")


def test_without_a_tick_nothing_happens(decision, mel, product, client_of, url):
    bulk = reverse("tradeoffs:decision-bulk", args=[product.key])
    assert client_of(mel).post(bulk, {"do": "revisit"}).headers["Location"] == url


def test_the_list_answers_to_its_keys(decision, mel, url, client_of):
    html = client_of(mel).get(url).content.decode()
    for part in ("data-filter", "tr data-row", 'name="key"', 'data-does="new"', 'data-keys="n"'):
        assert part in html


def test_a_row_is_weighed_anew_as_soon_as_its_matrix_changes(scored, score, vic, url, client_of):
    browser = client_of(vic)
    assert browser.get(url).context["rows"][0].winner == "Outbox"
    assert browser.get(url).context["rows"][0].winner == "Outbox"
    score(scored, "Outbox", "Cost", 1)
    assert browser.get(url).context["rows"][0].winner == "Kafka"


def test_every_text_of_a_row_is_escaped(make_decision, person_called, vic, url, client_of):
    nasty = "<b>&\"'"
    make_decision(title=nasty, options=[nasty, "b"], criteria=[nasty], driver=person_called(nasty))
    html = client_of(vic).get(url).content.decode()
    assert nasty not in html
    assert "&lt;b&gt;&amp;&quot;&#x27;" in html
