"""Every page of decisions, by role. Own product; outsiders find nothing."""

import pytest
from django.test import Client
from django.urls import reverse

READ = {"vic": 200, "mel": 200, "lena": 200, "root": 200, "grace": 404}
DRAFT = {"vic": 403, "mel": 200, "lena": 200, "root": 200, "grace": 404}
DECIDE = {"vic": 403, "mel": 403, "lena": 200, "root": 200, "grace": 404}

PAGES = {
    "decision-list": READ,
    "decision-detail": READ,
    "decision-export": READ,
    "decision-create": DRAFT,
    "decision-edit": DRAFT,
    "decision-links": DRAFT,
    "decision-submit": DRAFT,
    "decision-withdraw": DRAFT,
    "decision-reopen": DRAFT,
    "decision-review": DECIDE,
    "decision-deprecate": DECIDE,
    "option-create": DRAFT,
    "option-edit": DRAFT,
    "criterion-create": DRAFT,
    "criterion-edit": DRAFT,
    "weights-edit": DRAFT,
    "score-edit": DRAFT,
    "replacement-remove": None,
}


def address(name, decision):
    option, criterion = decision.options.first().pk, decision.criteria.first().pk
    arguments = {
        "decision-list": [decision.product.key],
        "decision-create": [decision.product.key],
        "option-edit": [decision.key, option],
        "criterion-edit": [decision.key, criterion],
        "score-edit": [decision.key, option, criterion],
    }
    return reverse(f"tradeoffs:{name}", args=arguments.get(name, [decision.key]))


def test_every_page_is_in_the_table():
    from tradeoffs.urls import urlpatterns

    assert {pattern.name for pattern in urlpatterns} == set(PAGES)


@pytest.mark.parametrize("name", [name for name, table in PAGES.items() if table])
@pytest.mark.parametrize("role", ["vic", "mel", "lena", "root", "grace"])
def test_a_page_answers_each_role_as_the_table_says(request, name, role, decision, client_of):
    user = request.getfixturevalue(role)
    answer = client_of(user).get(address(name, decision))
    assert answer.status_code == PAGES[name][role]


def test_a_stranger_is_sent_to_sign_in(decision):
    for name, table in PAGES.items():
        if table:
            answer = Client().get(address(name, decision))
            assert answer.status_code == 302
            assert "/accounts/login/" in answer["Location"]


@pytest.mark.parametrize(("role", "status"), [("vic", 403), ("mel", 302), ("grace", 404)])
def test_a_replacement_is_taken_back_by_members(
    request, accepted, make_decision, client_of, role, status
):
    newer = make_decision(replaces=accepted)
    url = reverse("tradeoffs:replacement-remove", args=[newer.key, newer.replaces.get().pk])
    assert client_of(request.getfixturevalue(role)).post(url).status_code == status


def test_a_member_cannot_deprecate_even_with_a_reason(accepted, mel, client_of):
    data = {"version": accepted.version, "why": "x"}
    answer = client_of(mel).post(address("decision-deprecate", accepted), data)
    assert answer.status_code == 403


def test_a_cell_of_another_decision_is_not_found(make_decision, mel, client_of):
    one, other = make_decision(), make_decision()
    cell = [one.key, other.options.first().pk, one.criteria.first().pk]
    assert client_of(mel).get(reverse("tradeoffs:score-edit", args=cell)).status_code == 404


def test_a_write_without_the_csrf_token_is_refused(decision, mel):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(mel)
    answer = browser.post(address("decision-submit", decision), {"version": 1})
    assert answer.status_code == 403
