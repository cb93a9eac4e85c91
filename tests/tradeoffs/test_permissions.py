"""What the table of all routes by role leaves out: rows of others, and forged posts."""

from django.test import Client
from django.urls import reverse


def test_a_cell_of_another_decision_is_not_found(make_decision, mel, client_of):
    one, other = make_decision(), make_decision()
    cell = [one.key, other.options.first().pk, one.criteria.first().pk]
    assert client_of(mel).get(reverse("tradeoffs:score-edit", args=cell)).status_code == 404


def test_a_write_without_the_csrf_token_is_refused(decision, mel):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(mel)
    answer = browser.post(reverse("tradeoffs:decision-submit", args=[decision.key]), {"version": 1})
    assert answer.status_code == 403
