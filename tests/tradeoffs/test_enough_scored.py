"""One scored cell is no answer: below half of the weight no page, list or file names an option."""

import pytest
from django.urls import reverse

from tests.tradeoffs.reading import read
from tradeoffs import export, matrix, services
from tradeoffs.models import Decision

SAYS = "Not enough scored: 3 cells are open, so no option leads yet."


@pytest.fixture
def barely(decision, score):
    """One cell of four, and its draws."""
    score(decision, "Kafka", "Cost", 9)
    services.refresh_robustness(decision.pk)
    return decision


def page(client, name, *args):
    return client.get(reverse(f"tradeoffs:{name}", args=args)).content.decode()


def test_the_record_says_how_many_cells_are_open_and_proposes_nothing(barely, vic, client_of):
    html = page(client_of(vic), "decision-detail", barely.key)
    assert "<b>Not enough scored</b>: 3 cells are open" in html
    assert "is proposed" not in html.lower()
    assert "so far" not in html.lower()
    assert "1 of 2 scored" in html


def test_the_matrix_calls_no_option_the_leader(barely, vic, client_of):
    html = page(client_of(vic), "decision-matrix", barely.key)
    assert "<b>Not enough scored</b>" in html
    assert "Leads" not in html
    assert 'class="lead"' not in html
    assert "against" not in html  # no comparison of a first with a second


def test_the_tab_of_robustness_says_it_too(barely, vic, client_of):
    assert "<b>Not enough scored</b>" in page(client_of(vic), "decision-robustness", barely.key)
    url = reverse("tradeoffs:robustness-reproduce", args=[barely.key])
    answer = client_of(vic).get(url)
    assert (answer.status_code, answer.content.decode()) == (409, SAYS)


def test_lists_name_no_winner(barely, vic, client_of):
    html = page(client_of(vic), "decision-list", barely.product.key)
    row = html.split("data-row")[1].split("</tr>")[0]
    assert "Not enough scored" in row
    assert "Kafka leads" not in row
    assert "Close call" not in row


def test_the_api_gives_no_rank_and_no_word(barely, vic, client_of):
    body = client_of(vic).get(f"/api/v1/decisions/{barely.key}/").json()
    assert (body["verdict"], body["firmness"]) == (SAYS, None)
    assert [row["rank"] for row in body["totals"]] == [None, None]
    firm = client_of(vic).get(f"/api/v1/decisions/{barely.key}/robustness/").json()
    assert (firm["verdict"], firm["outputs"]) == (None, None)


@pytest.mark.parametrize("style", [export.as_markdown, export.as_nygard])
def test_files_say_it(barely, style):
    assert SAYS in style(read(barely))


def test_a_second_option_with_half_of_its_weight_opens_the_verdict(barely, score):
    score(barely, "Outbox", "Cost", 5)
    found = matrix.whole(Decision.objects.get())
    assert found.leader.name == "Kafka"


def test_nothing_leads_over_a_time_either(barely, mel):
    cost = barely.criteria.get(name="Cost")
    services.edit_criterion(cost, by=mel, version=None, fields={"horizon": 24})
    assert matrix.whole(Decision.objects.get()).horizons == {}
