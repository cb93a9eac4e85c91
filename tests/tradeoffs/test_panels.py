import pytest
from django.test import RequestFactory

from tpm import panels, subjects
from tradeoffs import services


@pytest.fixture
def shown(product):
    def render(place, user, subject=None):
        request = RequestFactory().get("/")
        request.user = user
        return "".join(panels.render_all(place, request, product, subject))

    return render


def test_an_item_shows_the_decisions_that_shape_it(make_decision, make_item, vic, shown):
    item, other = make_item(), make_item()
    decision = make_decision(items=[item])
    assert decision.title in shown("item", vic, item)
    assert decision.title not in shown("item", vic, other)


def test_home_asks_a_lead_for_reviews_and_nobody_else(in_review, lena, vic, shown):
    assert "asks for a review. Outbox leads by 0.25" in shown("home.needs", lena)
    assert in_review.title not in shown("home.needs", vic)


def test_home_tells_of_decisions_that_others_made_since_the_last_visit(accepted, mel, lena, shown):
    assert accepted.title in shown("home.changed", mel)
    assert accepted.title not in shown("home.changed", lena)
    mel.seen_home_at = accepted.decided_at
    assert accepted.title not in shown("home.changed", mel)


def test_search_finds_decisions_by_key_and_by_words_of_their_text(decision, mel, vic, grace, shown):
    services.edit_decision(decision, by=mel, version=None, fields={"context": "Outage in spring"})
    assert decision.title in shown("search", vic, decision.key.lower())
    assert decision.title in shown("search", vic, "outage spring")
    assert decision.title not in shown("search", grace, "outage")


def test_comments_find_a_decision_by_its_kind(decision, vic):
    assert subjects.find(vic, "tradeoffs.decision", decision.pk) == decision
