"""Have we decided this before?"""

import pytest
from django.urls import reverse

from tradeoffs import earlier, services
from tradeoffs.maths import similar
from tradeoffs.maths.similar import Text
from tradeoffs.models import Decision

TEXTS = [
    Text(1, "Which queue carries orders?", "Outbox Kafka"),
    Text(2, "Where do sessions live?", "Redis Postgres"),
    Text(3, "Use Redis for caching", ""),
]


def test_trigrams_are_those_of_pg_trgm():
    """select show_trgm('cat') gives {"  c"," ca","at ","cat"}."""
    assert similar.trigrams(["cat"]) == {"  c", " ca", "cat", "at "}


def test_likeness_of_titles_is_that_of_pg_trgm():
    """select similarity('word', 'two words') gives 0.363636: 4 of 11 trigrams."""
    assert round(
        similar.jaccard(similar.trigrams(["word"]), similar.trigrams(["two", "words"])), 6
    ) == (0.363636)


@pytest.mark.parametrize(
    ("title", "first"),
    [
        ("Queue for orders", 1),
        ("kafka or not", 1),
        ("redis cache", 3),
        ("Where should sessions go", 2),
    ],
)
def test_the_most_alike_stands_first(title, first):
    assert similar.like(title, TEXTS)[0][0] == first


@pytest.mark.parametrize("title", ["", "the of and", "Quantum pancakes"])
def test_what_is_like_nothing_finds_nothing(title):
    assert similar.like(title, TEXTS) == []


def test_a_rejected_decision_is_found_with_its_reason(in_review, lena, mel, client_of, product):
    services.review(
        in_review, by=lena, version=None, verdict="reject", reason="Nobody can run Kafka."
    )
    url = reverse("tradeoffs:decision-similar", args=[product.key])
    html = client_of(mel).get(url, {"title": "which queue"}).content.decode()
    assert "Nobody can run Kafka." in html
    assert in_review.key in html


def test_a_script_gets_the_list_alone(decision, mel, client_of, product):
    url = reverse("tradeoffs:decision-similar", args=[product.key])
    answer = client_of(mel).get(url, {"title": "which queue"}, headers={"HX-Request": "true"})
    assert answer.content.decode().lstrip().startswith('<div id="similar"')


def test_decisions_of_products_that_one_does_not_see_are_not_found(
    make_decision, make_product, mel, root, client_of, product
):
    make_decision(by=root, in_product=make_product(), title="Secret queue of orders?")
    url = reverse("tradeoffs:decision-similar", args=[product.key])
    assert "Secret" not in client_of(mel).get(url, {"title": "queue of orders"}).content.decode()


def test_the_page_of_a_new_decision_asks_while_the_title_is_typed(mel, client_of, product):
    html = client_of(mel).get(reverse("tradeoffs:decision-create", args=[product.key])).content
    assert b'hx-trigger="input changed delay:300ms"' in html


TITLES = (
    "Which queue carries orders?", "Where do sessions live?", "Use Redis for caching",
    "How do we sign people in?", "Über welche Strecke liefern wir?", "Kafka or a table",
    "What do we pay suppliers with?", "One database or many", "Relay of events", "Go or Rust",
)  # fmt: skip


@pytest.mark.parametrize(
    "title",
    [
        "Queue for orders", "queues", "redsi", "kakfa", "über die strecke", "sessions in redis",
        "the database of suppliers", "outbox", "rust", "C or Go", "events relayed to people",
    ],
)  # fmt: skip
def test_the_database_leaves_out_nothing_that_is_alike(title, make_decision, mel, product):
    made = [make_decision(title=one) for one in TITLES]
    texts = [Text(one.pk, one.title, "Outbox Kafka") for one in made]
    expected = [pk for pk, _ in similar.like(title, texts)]
    keys = {one.pk: one.key for one in made}
    found = [one.key for one in earlier.like(mel, product, title)]
    assert found == [keys[pk] for pk in expected]


def test_the_database_leaves_out_what_has_no_letters_of_it(make_decision, mel):
    for one in TITLES:
        make_decision(title=one)
    left = Decision.objects.filter(earlier.could_be_like("Redis for caching of pages"))
    assert [one.title for one in left] == ["Use Redis for caching"]
