"""Links between decisions, and the checklist of what relied on one that no longer holds."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from debt.services import log_debt_item
from tradeoffs import reliance, services
from tradeoffs.models import Decision, DecisionLink, Handled


@pytest.fixture
def ended(accepted, make_decision, make_item, mel, lena):
    """An accepted decision that shaped an item and that another depends on, then deprecated."""
    item = make_item(title="Build the outbox")
    services.link_decision(accepted, by=mel, version=None, items=[item], components=[])
    other = make_decision(title="How many partitions?")
    services.relate(other, by=mel, kind="depends on", to=accepted)
    services.deprecate(accepted, by=lena, version=None, why="The vendor left.")
    return Decision.objects.get(pk=accepted.pk)


def test_the_checklist_names_decisions_and_open_items(ended, mel):
    rows = reliance.reliants(mel, ended)
    assert [(row.title, row.says) for row in rows] == [
        ("How many partitions?", "depends on"),
        ("Build the outbox", "shaped by it"),
    ]


def test_debt_that_it_made_is_on_the_checklist(ended, mel, team, product):
    item = log_debt_item(product, by=mel, title="Two copies", team=team, decision=ended)
    assert item.key in [row.key for row in reliance.reliants(mel, ended)]


def test_a_row_is_ticked_off_and_opened_again(ended, mel, client_of):
    browser = client_of(mel)
    row = reliance.reliants(mel, ended)[0]
    url = reverse("tradeoffs:decision-relied", args=[ended.key])
    browser.post(url, {"row": row.word, "done": "1"})
    assert reliance.handled(ended) == {row.word}
    assert "1 of 2 still to be looked at" in browser.get(ended.get_absolute_url()).content.decode()
    browser.post(url, {"row": row.word, "done": "0"})
    assert not Handled.objects.exists()


def test_what_still_holds_has_nothing_to_tick_off(accepted, mel):
    with pytest.raises(ValidationError, match="still holds"):
        services.tick_off(accepted, by=mel, word="roadmaps.item:1")


def test_only_what_relies_on_it_is_ticked_off(ended, mel):
    with pytest.raises(ValidationError, match="does not rely"):
        services.tick_off(ended, by=mel, word="roadmaps.item:999999")


def test_a_link_is_made_once_and_taken_away(make_decision, mel):
    first, second = make_decision(), make_decision()
    link = services.relate(first, by=mel, kind="depends on", to=second)
    with pytest.raises(ValidationError, match="already"):
        services.relate(first, by=mel, kind="depends on", to=second)
    services.unrelate(link, by=mel)
    assert not DecisionLink.objects.exists()


@pytest.mark.parametrize("kind", ["", "hates"])
def test_a_link_says_one_of_the_words(make_decision, mel, kind):
    with pytest.raises(ValidationError):
        services.relate(make_decision(), by=mel, kind=kind, to=make_decision())


def test_a_decision_does_not_lean_on_itself(decision, mel):
    with pytest.raises(ValidationError, match="itself"):
        services.relate(decision, by=mel, kind="depends on", to=decision)


def test_the_form_links_and_the_page_says_so_on_both_ends(make_decision, mel, client_of):
    first, second = make_decision(title="One?"), make_decision(title="Two?")
    browser = client_of(mel)
    url = reverse("tradeoffs:decision-relate", args=[first.key])
    assert browser.post(url, {"kind": "depends on", "to": second.pk}).status_code == 302
    assert "depends on" in browser.get(first.get_absolute_url()).content.decode()
    assert "depends on this one" in browser.get(second.get_absolute_url()).content.decode()
